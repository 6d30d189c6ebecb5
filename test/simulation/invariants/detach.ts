import { podsLeft } from "../../../components/node/drain/policy.ts";
import { annotations, type NodeObject, type PodObject } from "../../../components/kubernetes/types.ts";
import { serverIdOf } from "../../../components/node/csr/names.ts";
import { podsOf } from "../world/pods.ts";
import type { Change, World } from "../world/world.ts";
import type { Invariant } from "./invariant.ts";

/** What must hold while workers leave, whatever happens. */

export const isPlugin = ({ by }: Change): boolean => by.startsWith("plugin-");

const nodeOf = (object: object | undefined): NodeObject | undefined => object as NodeObject | undefined;

const isCordoned = (object: object | undefined): boolean => nodeOf(object)?.spec.unschedulable === true;

/** The pods on a node that a drain evicts. */
function podsOn(world: World, nodeName: string): PodObject[] {
  const pods = podsOf(world).filter((pod) => pod.spec.nodeName === nodeName);
  const left = podsLeft(pods);
  return pods.filter(({ metadata }) => left.includes(`${metadata.namespace ?? "default"}/${metadata.name}`));
}

interface Ours {
  readonly owner: string;
  readonly nodeNames: readonly string[];
  /** servers of this stack, now or before */
  readonly serverIds: readonly string[];
}

interface Circumstances {
  /** what the plugin has warned of, all of its lives together */
  readonly warnings: () => readonly string[];
  /** whether the command detaches the worker */
  readonly isLeaving: () => boolean;
}

/** All of them. */
export const detachInvariants = (ours: Ours, circumstances: Circumstances): Invariant[] => [
  noPodEndsWithItsServer(circumstances),
  noUncordonOfALeavingNode(circumstances),
  noServingNodeIsRemoved,
  nothingOfOthersIsTouched(ours),
  oneServerAName,
];

/**
 * No server is deleted while a pod that must go is on its node. Of a Node that somebody else deleted, whatever was on it by
 * then must have been named in a warning: what is bound to it later nobody can know of. Nor can the plugin know of a Node
 * that somebody uncordons between its drain and the end of its server.
 */
function noPodEndsWithItsServer({ warnings }: Circumstances): Invariant {
  /** pods that were on a Node when somebody else deleted it, by the Node's name */
  const orphans = new Map<string, string[]>();
  /** Nodes that somebody else uncordoned, and the plugin has not cordoned since */
  const freed = new Set<string>();
  return {
    name: "no server is deleted while a pod that must go is on its node",
    onChange: (change, world) => {
      const { kind, type, object } = change;
      if (kind === "nodes" && type === "DELETED" && !isPlugin(change)) {
        const { name } = object.metadata;
        orphans.set(
          name,
          podsOn(world, name).map((pod) => pod.metadata.name),
        );
      }
      if (kind === "nodes" && isCordoned(object) !== isCordoned(change.before)) {
        if (isCordoned(object) || isPlugin(change)) freed.delete(object.metadata.name);
        else freed.add(object.metadata.name);
      }
      if (kind !== "servers" || type !== "DELETED") return undefined;
      const { nodeName } = object as { nodeName?: string };
      if (freed.has(nodeName ?? "")) return undefined;
      const left = podsOn(world, nodeName ?? "").map((pod) => pod.metadata.name);
      const known = orphans.get(nodeName ?? "");
      const lost = known ? left.filter((pod) => known.includes(pod)) : left;
      const unnamed = lost.filter((pod) => !known || !warnings().some((text) => text.includes(pod)));
      return unnamed.length === 0
        ? undefined
        : `${object.metadata.name} is deleted with ${unnamed.join(", ")} on ${nodeName}`;
    },
  };
}

function noUncordonOfALeavingNode({ isLeaving }: Circumstances): Invariant {
  return {
    name: "no uncordon of a leaving node",
    onChange: (change) => {
      if (change.kind !== "nodes" || change.type !== "MODIFIED" || !isPlugin(change) || !isLeaving()) return undefined;
      return isCordoned(change.before) && !isCordoned(change.object)
        ? `${change.by} uncordons ${change.object.metadata.name}`
        : undefined;
    },
  };
}

/** A Node serves while its server is there and it takes pods, or has some that must go. */
export const noServingNodeIsRemoved: Invariant = {
  name: "no Node is removed that serves",
  onChange: (change, world) => {
    if (change.kind !== "nodes" || change.type !== "DELETED" || !isPlugin(change)) return undefined;
    const { name } = change.object.metadata;
    const hasServer = world.list("servers").some((it) => (it as { nodeName?: string }).nodeName === name);
    if (!hasServer) return undefined;
    if (!isCordoned(change.before)) return `${change.by} removes ${name}, which takes pods`;
    const pods = podsOn(world, name);
    return pods.length === 0 ? undefined : `${change.by} removes ${name} with ${String(pods[0]?.metadata.name)} on it`;
  },
};

function nothingOfOthersIsTouched(ours: Ours): Invariant {
  return {
    name: "nothing of another owner is touched",
    onChange: (change) => {
      if (!isPlugin(change)) return undefined;
      const { kind, before, by, object } = change;
      const { name } = object.metadata;
      if (kind === "pods") {
        const on = (before as Partial<PodObject> | undefined)?.spec?.nodeName ?? "";
        return ours.nodeNames.includes(on) ? undefined : `${by} removes pod ${name} of ${on || "no node"}`;
      }
      if (kind !== "nodes") return undefined;
      const node = nodeOf(before);
      const server = serverIdOf(node?.spec.providerID);
      const owner = node?.metadata.annotations?.[annotations.owner];
      if (!ours.nodeNames.includes(name)) return `${by} changes Node ${name}`;
      if (server !== undefined)
        return ours.serverIds.includes(server) ? undefined : `${by} changes the Node of server ${server}`;
      return owner === undefined || owner === ours.owner ? undefined : `${by} changes a Node of ${owner}`;
    },
  };
}

const oneServerAName: Invariant = {
  name: "at most one server a name",
  onChange: ({ kind, type, object }, world) => {
    if (kind !== "servers" || type !== "ADDED") return undefined;
    const { nodeName } = object as { nodeName?: string };
    const same = world.list("servers").filter((it) => (it as { nodeName?: string }).nodeName === nodeName);
    return same.length < 2 ? undefined : `${same.map((it) => it.metadata.name).join(", ")} are all ${nodeName}`;
  },
};
