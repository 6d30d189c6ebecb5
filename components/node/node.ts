import { check, nodeOptional, nodeShape } from "./check.ts";
import type { Cluster } from "./cluster.ts";
import { Refusal, seconds } from "./errors.ts";
import { Join, outputsOf } from "./join.ts";
import { Leave } from "./leave.ts";
import { annotations, type NodeObject } from "./objects.ts";
import { ownershipOf, readiness } from "./ready.ts";
import { HalfDone, type Known, type Resource } from "./resource.ts";
import type { Operation } from "./timeline.ts";
import { asNode, asProperties, asTimeline, nodeOutputs, type NodeInputs } from "./types.ts";
import type { Properties } from "./wire.ts";

/** The OpenStack provider waits for a deletion from ACTIVE and SHUTOFF only: from ERROR it fails though Nova deletes. */
const repeat = "(if the deletion fails, repeat it: the cloud has accepted it)";

/** Seconds within which the nodes must be read for a preview or a refresh. */
const readBound = 30;

/** A worker's membership in the cluster: openshift-node:index:OpenShiftNode. */
export function openShiftNode(cluster: () => Promise<Cluster>): Resource {
  return {
    replacing: ["nodeName", "serverId"],
    outputs: nodeOutputs,
    check: (inputs) => check(inputs, nodeShape, nodeOptional),
    drift: async (operation, { state }) => ((await isInPlace(cluster, operation, state)) ? [] : ["state"]),
    preview: (properties) => inactive(asNode(properties)),
    create: async (operation, properties) => create(await cluster(), operation, properties),
    read: async (operation, known) => {
      const state = await read(await cluster(), operation, known);
      return state && { ...known, state };
    },
    update: async (operation, known, properties) => update(await cluster(), operation, known, properties),
    delete: async (operation, known) => {
      await new Leave(await cluster(), operation, asNode(known.state)).run();
    },
  };
}

/**
 * A join that fails is kept in the state as half done, not forgotten: its Node may still register, and a destroy must
 * then drain it. The next update goes on with it (`drift`), whatever became of the engine's own note of the failure.
 */
async function create(cluster: Cluster, operation: Operation, properties: Properties) {
  const inputs = asNode(properties);
  refuseInactive(inputs);
  const id = inputs.nodeName;
  try {
    const outputs = await new Join(cluster, operation, inputs, [inputs.owner]).run();
    return { id, state: asProperties(properties, outputs) };
  } catch (error) {
    const outputs = { nodeUid: "", providerId: "", internalIp: "", state: "Joining", timeline: [] };
    throw new HalfDone(id, asProperties(properties, outputs), error as Error);
  }
}

/**
 * Goes through the join again: on a node that is in place every phase is over at once. The inputs of one that fails are
 * kept: a detach of a machine that is dead must get the drain settings that it was given last.
 */
async function update(
  cluster: Cluster,
  operation: Operation,
  known: Known,
  properties: Properties,
): Promise<Properties> {
  try {
    return await rejoin(cluster, operation, known, properties);
  } catch (error) {
    const { nodeName, owner } = asNode(properties);
    // a Node that was not marked anew is still the former owner's
    const marked = cluster.node(nodeName)?.metadata.annotations?.[annotations.owner] === owner;
    const outputs = Object.fromEntries(nodeOutputs.map((name) => [name, known.state[name] ?? null]));
    const kept = {
      owner: marked ? owner : asNode(known.state).owner,
      state: known.state["state"] === "Joining" ? "Joining" : "NotReady",
    };
    throw new HalfDone(known.id, asProperties(properties, outputs, kept), error as Error);
  }
}

async function rejoin(
  cluster: Cluster,
  operation: Operation,
  known: Known,
  properties: Properties,
): Promise<Properties> {
  const inputs = asNode(properties);
  const former = asNode(known.state).owner;
  refuseInactive(inputs);
  if (known.state["state"] !== "Joining") await refuseMissing(cluster, operation, inputs);
  const outputs = await new Join(cluster, operation, inputs, [inputs.owner, former]).run();
  const timeline = known.state["state"] === "Ready" ? asTimeline(known.state) : outputs.timeline;
  return asProperties(properties, outputs, { timeline });
}

/** Joined to the end, still there, and not left cordoned by a detach that was given up. */
async function isInPlace(cluster: () => Promise<Cluster>, operation: Operation, state: Properties): Promise<boolean> {
  if (state["state"] !== "Ready") return false;
  const { nodeName, owner } = asNode(state);
  const node = await nodeOf(await cluster(), operation, nodeName);
  return node !== undefined && node.metadata.annotations?.[annotations.cordonedBy] !== owner;
}

async function nodeOf(cluster: Cluster, operation: Operation, nodeName: string): Promise<NodeObject | undefined> {
  const bound = AbortSignal.timeout(readBound * 1000);
  try {
    await cluster.nodes.synced(AbortSignal.any([operation.signal, bound]));
  } catch (error) {
    if (!bound.aborted) throw error;
    const trouble = cluster.nodes.trouble ?? "no answer";
    throw new Refusal(
      `node ${nodeName}: API server ${cluster.server} not read within ${seconds(readBound)}: ${trouble}`,
    );
  }
  return cluster.node(nodeName);
}

/** A kubelet registers once, when it starts: waiting for a Node that somebody deleted is in vain. */
async function refuseMissing(cluster: Cluster, operation: Operation, inputs: NodeInputs): Promise<void> {
  const { nodeName, serverId } = inputs;
  if (await nodeOf(cluster, operation, nodeName)) return;
  throw new Refusal(
    `node ${nodeName}: its Node is gone, though its server ${serverId} was joined: somebody deleted it. ` +
      "Restart the kubelet there (systemctl restart kubelet) and run `pulumi up` again, " +
      `or have the server replaced: pulumi up --replace '${serverUrn(inputs)}'`,
  );
}

async function read(cluster: Cluster, operation: Operation, known: Known): Promise<Properties | undefined> {
  const inputs = asNode(known.state);
  if (known.state["serverId"] === undefined) {
    throw new Refusal(`node ${known.id}: a worker that this program did not attach cannot be imported`);
  }
  const node = await nodeOf(cluster, operation, inputs.nodeName);
  // one that never joined may still come: it stays known, so that a destroy drains it
  if (!node) return known.state["state"] === "Joining" ? known.state : undefined;
  if (ownershipOf(node, inputs, [inputs.owner]).whose !== "ours") return undefined;
  const { missing, contradiction } = readiness(node, inputs);
  const never = known.state["state"] === "Joining" ? "Joining" : "NotReady";
  const state = missing.length === 0 && contradiction === undefined && never !== "Joining" ? "Ready" : never;
  return asProperties(known.state, outputsOf(node, state, asTimeline(known.state)));
}

function inactive(inputs: NodeInputs): string | undefined {
  const power = inputs.powerState;
  if (typeof power !== "string" || power.toLowerCase() === "active") return undefined;
  return (
    `node ${inputs.nodeName}: server ${inputs.serverId} is "${power}", not active: it cannot join. ` +
    `Start it, or have it replaced: pulumi up --replace '${serverUrn(inputs)}' ${repeat}`
  );
}

function serverUrn(inputs: NodeInputs): string {
  return inputs.serverUrn ?? "<its URN, from `pulumi stack --show-urns`>";
}

function refuseInactive(inputs: NodeInputs): void {
  const reason = inactive(inputs);
  if (reason !== undefined) throw new Refusal(reason);
}
