import pMap from "p-map";
import { z } from "zod";
import type { Api } from "../../../components/kubernetes/client.ts";
import type {
  PodDisruptionBudgetObject,
  PodObject,
  VolumeAttachmentObject,
} from "../../../components/kubernetes/types.ts";
import { timeoutSignal } from "../../../components/lib/timer.ts";
import { attempt } from "../attempt.ts";
import type { LeavingLoad } from "../facts.ts";

/** Seconds until what has not been read by then is said to be unread: it must not hold a preview up. */
const loadTimeout = 20;

/** Nodes whose pods are read at once. */
const parallel = 10;

/** Objects of a page. */
const pageSize = "500";

const strings = z.record(z.string(), z.string());
const optionalObject = z.looseObject({}).nullable().exactOptional();

/** A pod, as far as it tells what a drain does with it: a machine full of them is not kept whole. */
const pod: z.ZodType<PodObject> = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().exactOptional(),
    uid: z.string(),
    resourceVersion: z.string().default(""),
    creationTimestamp: z.string().default(""),
    deletionTimestamp: z.string().exactOptional(),
    annotations: strings.exactOptional(),
    labels: strings.exactOptional(),
    ownerReferences: z
      .array(
        z.object({
          apiVersion: z.string().exactOptional(),
          kind: z.string(),
          name: z.string(),
          uid: z.string().default(""),
          controller: z.boolean().exactOptional(),
        }),
      )
      .exactOptional(),
  }),
  spec: z.object({
    volumes: z
      .array(
        z.object({
          name: z.string(),
          emptyDir: optionalObject,
          persistentVolumeClaim: z.object({ claimName: z.string() }).nullable().exactOptional(),
          ephemeral: optionalObject,
        }),
      )
      .exactOptional(),
  }),
  status: z.object({ phase: z.string().exactOptional() }).exactOptional(),
});

const object = <T>(): z.ZodType<T> => z.custom<T>((it) => typeof it === "object" && it !== null);
const page = <T>(item: z.ZodType<T>) =>
  z.object({
    metadata: z.object({ continue: z.string().default("") }).prefault({}),
    items: z.array(item),
  });

/** All objects of a list, page by page. */
async function list<T>(api: Api, path: string, item: z.ZodType<T>, signal: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let next = "";
  do {
    const query = { limit: pageSize, ...(next !== "" && { continue: next }) };
    const answer = page(item).parse(await api.request(path, { query, signal, retries: 0 }));
    all.push(...answer.items);
    next = answer.metadata.continue;
  } while (next !== "");
  return all;
}

/** The pods of one Node, as its watch cache has them: that has an index by Node, where the store would be searched as a whole. */
async function podsOf(api: Api, node: string, signal: AbortSignal): Promise<readonly [string, PodObject[]]> {
  const query = { fieldSelector: `spec.nodeName=${node}`, resourceVersion: "0" };
  return [node, page(pod).parse(await api.request("/api/v1/pods", { query, signal, retries: 0 })).items];
}

/** What runs on these Nodes. What cannot be read in time is told in the result, whatever the reason. */
export async function readLeavingLoad(
  api: Api,
  nodes: readonly string[],
  signal = timeoutSignal(loadTimeout * 1000),
): Promise<LeavingLoad> {
  const [pods, budgets, attachments] = await Promise.all([
    attempt(
      signal,
      pMap(nodes, (node) => podsOf(api, node, signal), { concurrency: parallel }).then((entries) => new Map(entries)),
    ),
    attempt(signal, list(api, "/apis/policy/v1/poddisruptionbudgets", object<PodDisruptionBudgetObject>(), signal)),
    attempt(signal, list(api, "/apis/storage.k8s.io/v1/volumeattachments", object<VolumeAttachmentObject>(), signal)),
  ]);
  return { pods, budgets, attachments };
}
