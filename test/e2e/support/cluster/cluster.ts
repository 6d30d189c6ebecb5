import {
  ApiException,
  CertificatesV1Api,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  type V1CertificateSigningRequest,
  type V1Node,
  type V1Pod,
  Watch,
} from "@kubernetes/client-node";
import { files } from "../../../lab/settings.ts";

const config = new KubeConfig();
config.loadFromFile(files.kubeconfig);

/** The cluster's administrator. */
export const administrator = config;

export const core = config.makeApiClient(CoreV1Api);
export const certificates = config.makeApiClient(CertificatesV1Api);

/** What `answer` yields, or undefined where the object does not exist. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

export const node = (name: string): Promise<V1Node | undefined> => ifThere(core.readNode({ name }));

export const nodeNames = async (): Promise<string[]> =>
  (await core.listNode()).items.map((item) => item.metadata?.name ?? "").sort();

/** `True`, `False`, or `Unknown` when the kubelet does not report. */
export const readyStatus = (item: V1Node | undefined): string | undefined =>
  item?.status?.conditions?.find(({ type }) => type === "Ready")?.status;

export const isReady = (item: V1Node | undefined): boolean => readyStatus(item) === "True";

export const internalIps = (item: V1Node | undefined): string[] =>
  (item?.status?.addresses ?? []).filter(({ type }) => type === "InternalIP").map(({ address }) => address);

export const csr = (name: string): Promise<V1CertificateSigningRequest | undefined> =>
  ifThere(certificates.readCertificateSigningRequest({ name }));

export const isPending = (item: V1CertificateSigningRequest | undefined): boolean =>
  item !== undefined && (item.status?.conditions ?? []).length === 0 && item.status?.certificate === undefined;

export const podsOf = async (app: string): Promise<V1Pod[]> =>
  (await core.listNamespacedPod({ namespace: "default", labelSelector: `app=${app}` })).items;

export interface Recording<T> {
  readonly states: readonly T[];
  stop(): void;
}

/**
 * Calls `hear` with every state of the objects, until the returned function is called. The library ends a watch on which
 * nothing came for 30 s: it goes on where it was.
 */
export async function watch(
  path: string,
  query: Record<string, string>,
  hear: (object: KubernetesObject) => void,
): Promise<() => void> {
  const ended = new AbortController();
  let resourceVersion: string | undefined;
  const note = (type: string, object: KubernetesObject): void => {
    // an error has no version, and the next watch begins with what there is
    resourceVersion = object.metadata?.resourceVersion;
    if (type !== "ERROR") hear(object);
  };
  const connect = async (): Promise<void> => {
    const from = { ...query, resourceVersion };
    const again = (): void => {
      if (!ended.signal.aborted) setTimeout(() => void connect(), 100);
    };
    const connection = await new Watch(config).watch(path, from, note, again);
    ended.signal.addEventListener("abort", () => connection.abort());
  };
  await connect();
  return () => ended.abort();
}

async function record<T extends KubernetesObject>(path: string, query: Record<string, string>): Promise<Recording<T>> {
  const states: T[] = [];
  return { states, stop: await watch(path, query, (object) => states.push(object as T)) };
}

/** Every state of the app's pods from now on, in order: a pod may be gone between two looks. */
export const recordPods = (app: string): Promise<Recording<V1Pod>> =>
  record("/api/v1/namespaces/default/pods", { labelSelector: `app=${app}` });

/** Every state of the Node from now on, in order. */
export const recordNodes = (name: string): Promise<Recording<V1Node>> =>
  record("/api/v1/nodes", { fieldSelector: `metadata.name=${name}` });

/** Changes a Node as a person does with `oc edit node`. */
export async function editNode(name: string, change: (node: V1Node) => void): Promise<void> {
  const body = await core.readNode({ name });
  change(body);
  await core.replaceNode({ name, body });
}
