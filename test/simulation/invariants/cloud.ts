import { podsLeft } from "../../../components/node/drain/policy.ts";
import { serverIdOf } from "../../../components/node/csr/names.ts";
import type { NodeObject } from "../../../components/kubernetes/types.ts";
import { ownerOf } from "../../../components/ports/description.ts";
import type { Stored } from "../../component/support/scripted-objects.ts";
import { containerIn, isCloudKind, portIn, serverIn } from "../cloud/objects.ts";
import { podsOf } from "../world/pods.ts";
import type { Change, Kind, World } from "../world/world.ts";
import { isPlugin } from "./detach.ts";
import type { Invariant } from "./invariant.ts";

/** What must hold of what the cloud has, whatever happens. */

/** The owner that an object of the cloud names; undefined: none. */
function ownerIn(kind: Kind, stored: Stored): string | undefined {
  if (kind === "servers") return serverIn(stored).metadata["owner"];
  return kind === "ports" ? ownerOf(portIn(stored).description) : containerIn(stored).owner;
}

/** A port is also ours if a server of ours has used it, whatever its description says: an earlier release wrote no owner. */
function isOurs({ kind, before }: Change, owner: string, world: World): boolean {
  if (before === undefined || ownerIn(kind, before) === owner) return true;
  return kind === "ports" && wasUsedByOurs(before, owner, world);
}

function wasUsedByOurs({ metadata }: Stored, owner: string, world: World): boolean {
  const changes = world.since(0);
  const servers = new Set(
    changes.flatMap(({ kind, object }) =>
      kind === "servers" && ownerIn(kind, object) === owner ? [object.metadata.name] : [],
    ),
  );
  return changes.some(
    ({ kind, object }) =>
      kind === "ports" && object.metadata.name === metadata.name && servers.has(portIn(object).device_id),
  );
}

export function nothingOfOthersInTheCloud(owner: string): Invariant {
  return {
    name: "nothing of another owner is touched in the cloud",
    onChange: (change, world) => {
      if (!isPlugin(change) || !isCloudKind(change.kind) || isOurs(change, owner, world)) return undefined;
      return `${change.by} changes ${change.kind} ${change.object.metadata.name}`;
    },
  };
}

/** A Node that has registered only now was not there when its drain looked: nobody can have seen it. */
const unseen = 10_000;

/** The Node of a server whose deletion was asked for just now, if it has one. */
function nodeOf({ kind, before, object }: Change, world: World): NodeObject | undefined {
  if (kind !== "servers" || before === undefined) return undefined;
  const isAsked = serverIn(before).task === null && serverIn(object).task === "deleting";
  if (!isAsked) return undefined;
  return (world.list("nodes") as object[] as NodeObject[]).find(
    ({ spec }) => serverIdOf(spec.providerID) === object.metadata.name,
  );
}

/** Whoever deletes a server, the plugin or the engine: its Node takes no pods any more, and has none that must go. */
export const noServerOfALiveNodeGoes: Invariant = {
  name: "no server is deleted whose Node serves or has pods that must go",
  onChange: (change, world) => {
    if (!isPlugin(change)) return undefined;
    const node = nodeOf(change, world);
    if (!node || readyOf(node) === "Unknown") return undefined;
    const { name, creationTimestamp } = node.metadata;
    if (Date.parse(world.now()) - Date.parse(creationTimestamp) < unseen) return undefined;
    const left = podsLeft(podsOf(world).filter(({ spec }) => spec.nodeName === name));
    if (left.length > 0) return `${change.by} deletes the server of ${name}, which has pod ${left.join(", ")}`;
    return node.spec.unschedulable === true
      ? undefined
      : `${change.by} deletes the server of ${name}, which takes pods`;
  },
};

const readyOf = ({ status }: NodeObject): string | undefined =>
  status?.conditions?.find((it) => it.type === "Ready")?.status;

export function oneServerOfAnOwner(owner: string): Invariant {
  return {
    name: "at most one server of a name and owner",
    onChange: ({ kind, type, object }, world) => {
      if (kind !== "servers" || type !== "ADDED" || ownerIn(kind, object) !== owner) return undefined;
      const { name } = serverIn(object);
      const same = world.list(kind).filter((it) => ownerIn(kind, it) === owner && serverIn(it).name === name);
      return same.length < 2 ? undefined : `${same.map(({ metadata }) => metadata.name).join(", ")} are all ${name}`;
    },
  };
}

/** What the cloud has of an owner, as `servers 00000000-…`. */
export function ownedInTheCloud(world: World, owner: string): string[] {
  return ["servers", "ports", "containers"].flatMap((kind) =>
    world.list(kind).flatMap((it) => (ownerIn(kind, it) === owner ? [`${kind} ${it.metadata.name}`] : [])),
  );
}
