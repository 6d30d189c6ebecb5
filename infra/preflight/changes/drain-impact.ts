import { budgetsOf } from "../../../components/kubernetes/disruption-budgets.ts";
import { controllerOf, podName } from "../../../components/kubernetes/pods.ts";
import type {
  KubernetesObject,
  PodDisruptionBudgetObject,
  PodObject,
  VolumeAttachmentObject,
} from "../../../components/kubernetes/types.ts";
import { decideDrain } from "../../../components/node/decisions.ts";
import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import type { Result } from "../../discovery/attempt.ts";
import type { LeavingLoad, LocalData } from "../../discovery/facts.ts";
import { poolOfName } from "../pool-of-name.ts";

/** What the drain of a worker finds on its Node now. A part that is undefined could not be read. */
export interface DrainImpact {
  readonly worker: string;
  /** all that leave the Node: neither DaemonSets' pods nor static ones */
  readonly evicted: readonly EvictedPod[] | undefined;
  /** pods that its policy keeps it from evicting, so that it fails, and the config key that says so */
  readonly blocked: readonly { readonly pod: string; readonly key: string }[];
  /** `namespace/name` of the PodDisruptionBudgets of these pods that allow no disruption now */
  readonly exhaustedBudgets: readonly string[] | undefined;
  /** pods that several PodDisruptionBudgets select: the API never evicts them */
  readonly severalBudgets: readonly string[] | undefined;
  /** claims with data on the disks of its machine */
  readonly localVolumes: readonly string[] | undefined;
  /** PersistentVolumes that are attached to it; of another kind of volume its VolumeAttachment */
  readonly attached: readonly string[] | undefined;
}

export interface EvictedPod {
  /** `namespace/name` */
  readonly name: string;
  /** who recreates it, e.g. `{ kind: "Deployment", name: "web" }`; undefined: nobody does */
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  /** it has ended, and serves nobody */
  readonly finished: boolean;
  /** whether it has an emptyDir, whose data ends with it */
  readonly emptyDir: boolean;
}

/** The facts that tell it, by {@link LeavingLoad} and the volumes on the machines' disks. */
export interface Load extends LeavingLoad {
  readonly localData: Result<readonly LocalData[]> | undefined;
}

/** A Deployment's ReplicaSet is named by it and the hash of the pod's template (kubernetes, deployment/sync.go). */
function ownerOf(pod: PodObject): EvictedPod["owner"] {
  const controller = controllerOf(pod);
  if (!controller) return undefined;
  const { kind, name } = controller;
  const hash = pod.metadata.labels?.["pod-template-hash"];
  if (kind === "ReplicaSet" && hash !== undefined && name.endsWith(`-${hash}`))
    return { kind: "Deployment", name: name.slice(0, -hash.length - 1) };
  return { kind, name };
}

const isFinished = ({ status }: PodObject): boolean => status?.phase === "Succeeded" || status?.phase === "Failed";

const namespaceOf = ({ metadata: { namespace = "default" } }: KubernetesObject): string => namespace;

const evictedPod = (pod: PodObject): EvictedPod => ({
  name: podName(pod),
  owner: ownerOf(pod),
  finished: isFinished(pod),
  emptyDir: pod.spec.volumes?.some(({ emptyDir }) => emptyDir !== undefined && emptyDir !== null) ?? false,
});

const keys: Readonly<Record<string, string>> = { emptydir: "deleteEmptyDirData", unmanaged: "force" };

/** The pods that the drain evicts, and those that its policy keeps it from: the drain's own rules. */
function planOf(
  pods: readonly PodObject[],
  pool: Config["pools"][number] | undefined,
): { readonly leaving: readonly PodObject[]; readonly blocked: DrainImpact["blocked"] } {
  const { force = true, deleteEmptyDirData = true } = pool?.drain ?? {};
  const decided = decideDrain({ pods: [...pods], policy: { force, deleteEmptyDirData } }).pods;
  return {
    leaving: pods.filter((_, i) => decided[i]?.action !== "skip"),
    blocked: decided.flatMap((it) =>
      it.action === "block" && pool
        ? [{ pod: it.pod, key: `${poolPath(pool.name)}.drain.${keys[it.rule] ?? it.rule}` }]
        : [],
    ),
  };
}

type Budgets = ReadonlyMap<string, readonly PodDisruptionBudgetObject[]>;

/** A pod that has ended is no disruption (kubernetes, registry/core/pod/storage/eviction.go, canIgnorePDB). */
function budgetImpact(
  pods: readonly PodObject[],
  budgets: Budgets | undefined,
): Pick<DrainImpact, "exhaustedBudgets" | "severalBudgets"> {
  if (!budgets) return { exhaustedBudgets: undefined, severalBudgets: undefined };
  const found = pods
    .filter((pod) => !isFinished(pod))
    .map((pod) => ({ pod, own: budgetsOf(pod, budgets.get(namespaceOf(pod)) ?? []) }));
  const exhausted = found.flatMap(({ own }) => own.filter(({ status }) => (status?.disruptionsAllowed ?? 0) < 1));
  return {
    exhaustedBudgets: [...new Set(exhausted.map(podName))].toSorted(),
    severalBudgets: found.filter(({ own }) => own.length > 1).map(({ pod }) => podName(pod)),
  };
}

/**
 * What the drains of these workers find now. The policy of a worker whose pool is no longer in the config is its state's:
 * what it blocks is not known.
 */
export function drainImpacts(
  config: Pick<Config, "pools">,
  infraId: string,
  workers: readonly string[],
  { pods, budgets, attachments, localData }: Load,
): DrainImpact[] {
  const byNamespace = pods.value && budgets.value && Map.groupBy(budgets.value, namespaceOf);
  const isAttached = ({ status }: VolumeAttachmentObject): boolean => status?.attached !== false;
  const byNode = attachments.value && Map.groupBy(attachments.value.filter(isAttached), ({ spec }) => spec.nodeName);
  const local = localData?.value && new Map(localData.value.map(({ worker, volumes }) => [worker, volumes]));
  return workers.map((worker) => {
    const { leaving, blocked } = planOf(pods.value?.get(worker) ?? [], poolOfName(worker, config, infraId));
    return {
      worker,
      evicted: pods.value && leaving.map(evictedPod),
      blocked,
      ...budgetImpact(leaving, byNamespace),
      localVolumes: local && (local.get(worker) ?? []).map(({ claim }) => claim),
      attached:
        byNode &&
        (byNode.get(worker) ?? []).map(({ metadata, spec }) => spec.source?.persistentVolumeName ?? metadata.name),
    };
  });
}
