import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { UserError } from "../../lib/errors.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { originOf, readiness, registrationOf } from "../cluster/readiness.ts";
import { readNode, readRequests } from "../cluster/reading.ts";
import type { Admission } from "../csr/types.ts";
import { leave } from "../drain/leave.ts";
import { reportCloudView } from "../join/cloud-view.ts";
import { Join } from "../join/join.ts";
import { kubeletPort } from "../join/kubelet-port.ts";
import { missingReason } from "../join/missing.ts";
import { outputsOf } from "../join/outputs.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import { nodeMetadata, type TaintRecord } from "../metadata/apply.ts";
import { ownersOf } from "../metadata/ownership.ts";
import { difference } from "../operation/diff.ts";
import type { Operation } from "../operation/phases.ts";
import { isUnknown, type Properties } from "../operation/property-values.ts";
import { asProperties, type NodeInputs, type NodeOutputs, serverUrnOf } from "../operation/types.ts";
import { check, withDefaults } from "../schemas/check.ts";
import { nodeInputs, nodeOutputs } from "../schemas/openshift-node.ts";
import { activeSinceOf, admissionKeys, admissionOf, keptAdmission } from "./admission.ts";
import { inPlaceLine } from "./describe-update.ts";
import { driftOf, keyWarnings, type Repair } from "./drift.ts";
import { formerOfImported, importedInputs, nothingToImport } from "./import.ts";
import { clientKeyOf, ownTaintsOf, parseNode, parseNodeMetadata, timelineOf } from "./inputs.ts";
import { type Known, PartialResult, type Resource } from "./resource.ts";

/** The OpenStack provider waits for a deletion from ACTIVE and SHUTOFF only: from ERROR it fails though Nova deletes. */
const repeat = "(if the deletion fails, repeat it: the cloud has accepted it)";

/** States that a failed update keeps. */
const lasting = ["Joining", "Missing"] as const;

const outputNames = Object.keys(nodeOutputs.shape);

/** Outputs that a failed update keeps as they were. */
const lastingOutputs = outputNames.filter((name) => !admissionKeys.some((it) => it === name));

/** Inputs of which a detach uses the latest values, even if no update has succeeded since. */
const policies = ["drain", "timeouts", "configPath", "serverUrn", "formerOwners", "hasDrain"] as const;

/** Inputs of an imported worker that are facts of its Node. */
const importedFacts = ["nodeName", "serverId", "fixedIps"] as const;

/** A worker's membership in the cluster: openshift-node:index:OpenShiftNode. */
export function openShiftNode(
  cluster: () => Promise<Cluster>,
  cloud: () => StackCloud | undefined = () => undefined,
): Resource {
  return {
    replacing: ["nodeName", "serverId"],
    outputs: outputNames,
    check: (inputs) => check(nodeInputs, inputs),
    former: ({ inputs, state }, news) =>
      state["imported"] === true ? formerOfImported(state, news, importedFacts) : completed(inputs, news),
    drift: async (operation, known, news) => drift(await cluster(), operation, known, news),
    describe: inPlaceLine,
    preview: (properties) => inactive(parseNode(properties)),
    create: async (operation, properties) => create(await cluster(), cloud(), operation, properties),
    read: async (operation, known) =>
      known.state["nodeName"] === undefined
        ? importNode(await cluster(), operation, known.id)
        : read(await cluster(), operation, known),
    update: async (operation, known, properties) => update(await cluster(), cloud(), operation, known, properties),
    delete: async (operation, known) =>
      leave(await cluster(), operation, { ...leavingInputs(known), clientKey: clientKeyOf(known.state) }),
  };
}

/**
 * A state of an earlier release does not have all inputs. Its timeouts that the engine keeps are unknown: the current ones
 * are taken instead.
 */
function completed(inputs: Properties, news: Properties): Properties {
  const kept = Object.entries(news["timeouts"] ?? {}).filter(([key]) =>
    ["provision", "delete", "nodeRemoval"].includes(key),
  );
  const former = inputs["timeouts"] ?? {};
  const timeouts = typeof former === "object" ? asProperties(Object.fromEntries(kept), former) : former;
  // the engine stores it without an update
  const hasDrain = news["hasDrain"] === undefined ? {} : { hasDrain: news["hasDrain"] };
  return withDefaults(nodeInputs, asProperties(hasDrain, inputs, { timeouts }));
}

/** The facts from the state, the policies from the inputs: they may have changed without a successful update. */
export function leavingInputs({ state, inputs }: Known): NodeInputs {
  const given = policies.flatMap((key) => (inputs[key] === undefined ? [] : [[key, inputs[key]] as const]));
  const owner = state["imported"] === true && inputs["owner"] !== undefined ? { owner: inputs["owner"] } : {};
  return parseNode(asProperties(state, Object.fromEntries(given), owner));
}

/**
 * A failed join is kept in the state as a partial result: its Node may still register, and a destroy must then drain it.
 * The next update continues it (`drift`), whether or not the engine still records the failure.
 */
async function create(cluster: Cluster, cloud: StackCloud | undefined, operation: Operation, properties: Properties) {
  const inputs = parseNode(properties);
  refuseInactive(inputs);
  const id = inputs.nodeName;
  const taints: TaintRecord = { own: undefined };
  const activeSince = activeSinceOf({}, inputs, Date.now());
  const record = { taints, admission: {}, activeSince };
  const askCloud = () => reportCloudView(cloud, inputs);
  const join = new Join(cluster, operation, inputs, ownersOf(inputs), record, kubeletPort, askCloud);
  const kept = (ended: boolean) => keptAdmission(inputs, {}, join.admission, { ended, activeSince });
  try {
    const outputs = await join.run();
    return { id, state: asProperties(properties, outputs, kept(true)) };
  } catch (error) {
    const ownTaints = taints.own ?? [];
    const outputs = { nodeUid: "", providerId: "", internalIp: "", state: "Joining", timeline: [], ownTaints };
    throw new PartialResult(id, asProperties(properties, outputs, kept(false)), error as Error);
  }
}

/**
 * Runs the join again: on a joined node every phase ends at once. If it fails, the new inputs are kept: a detach of a dead
 * machine must use the latest drain settings.
 */
async function update(
  cluster: Cluster,
  cloud: StackCloud | undefined,
  operation: Operation,
  known: Known,
  properties: Properties,
): Promise<Properties> {
  if (await isRevocation(cluster, operation, known, properties)) return asProperties(revoked(known.state), properties);
  const inputs = parseNode(properties);
  const { state } = known;
  const before = admissionOf(state, inputs);
  const taints: TaintRecord = { own: ownTaintsOf(state, inputs.nodeName) };
  const owners = [...ownersOf(inputs), parseNode(state).owner];
  const activeSince = activeSinceOf(state, inputs, Date.now());
  const record = { taints, admission: before, activeSince };
  const join = new Join(cluster, operation, inputs, owners, record, kubeletPort, () => reportCloudView(cloud, inputs));
  const admission = (ended: boolean) => keptAdmission(inputs, before, join.admission, { ended, state, activeSince });
  try {
    const outputs = await rejoin(cluster, operation, known, inputs, join);
    return asProperties(properties, outputs, admission(true));
  } catch (error) {
    const { nodeName, owner } = inputs;
    // a Node whose annotation was not updated still belongs to the former owner; an imported one never had an owner
    const annotated =
      known.state["imported"] === true || cluster.node(nodeName)?.metadata.annotations?.[annotations.owner] === owner;
    const outputs = Object.fromEntries(lastingOutputs.map((name) => [name, known.state[name] ?? null]));
    const kept = {
      owner: annotated ? owner : parseNode(known.state).owner,
      state: lasting.find((it) => it === known.state["state"]) ?? "NotReady",
      ownTaints: taints.own ?? [],
    };
    throw new PartialResult(known.id, asProperties(properties, outputs, kept, admission(false)), error as Error);
  }
}

/** Nothing but an entry of `readmit` is removed: a join would hold up the next one while the machine is away. */
async function isRevocation(cluster: Cluster, operation: Operation, known: Known, news: Properties): Promise<boolean> {
  const { changes } = difference(completed(known.inputs, news), news, []);
  if ([...changes.keys()].join() !== "readmit" || news["readmit"] === true) return false;
  return (await drift(cluster, operation, known, news)).length === 0;
}

function revoked(state: Properties): Properties {
  return Object.fromEntries(Object.entries(state).filter(([key]) => key !== "readmit" && key !== "readmission"));
}

async function rejoin(
  cluster: Cluster,
  operation: Operation,
  { state }: Known,
  inputs: NodeInputs,
  join: Join,
): Promise<NodeOutputs> {
  refuseInactive(inputs);
  if (state["state"] !== "Joining") await refuseMissing(cluster, operation, inputs, join.admission);
  const outputs = await join.run();
  return state["state"] === "Ready" ? { ...outputs, timeline: timelineOf(state) } : outputs;
}

async function refuseMissing(
  cluster: Cluster,
  operation: Operation,
  inputs: NodeInputs,
  admission: Admission,
): Promise<void> {
  if (await readNode(cluster, operation, inputs.nodeName)) return;
  const requests = await readRequests(cluster, operation, inputs.nodeName);
  const reason = missingReason(inputs, requests, admission);
  if (reason !== undefined) throw new UserError(reason);
}

async function drift(cluster: Cluster, operation: Operation, known: Known, news: Properties): Promise<Repair[]> {
  const state = withDefaults(nodeInputs, known.state);
  const { nodeName } = parseNode(state);
  const node = await readNode(cluster, operation, nodeName);
  const unreachable = node !== undefined && registrationOf(node).silentSince !== undefined;
  const requests = unreachable ? await readRequests(cluster, operation, nodeName) : [];
  for (const warning of keyWarnings(node, state, news, requests)) {
    if (cluster.isNews(warning)) operation.log.warn(warning);
  }
  return driftOf(node, state, news, requests);
}

/** The result of a refresh: the Node's state, and which of our labels and taints it has. */
async function read(cluster: Cluster, operation: Operation, known: Known): Promise<Known> {
  const state = withDefaults(nodeInputs, known.state);
  const former = parseNode(state);
  const node = await readNode(cluster, operation, former.nodeName);
  const ownership = node && originOf(node, former, ownersOf(former));
  if (!node || ownership?.kind !== "ours") {
    const other =
      ownership && "detail" in ownership ? `a Node of that name is there, but ${ownership.detail}` : undefined;
    if (other !== undefined) operation.log.warn(`node ${former.nodeName}: ${other}`);
    // a Node that never joined may still register: it stays in the state, so that a destroy drains it
    const lost = state["state"] === "Joining" ? "Joining" : "Missing";
    return { ...known, state: asProperties(known.state, { state: lost }) };
  }
  const own = ownTaintsOf(known.state, former.nodeName);
  const metadata = nodeMetadata(node, parseNodeMetadata(known.inputs, former.nodeName), own);
  const outputs = outputsOf(node, stateOf(node, former, state["state"] === "Joining"), timelineOf(state));
  return {
    ...known,
    inputs: asProperties(known.inputs, metadata),
    state: asProperties(known.state, metadata, outputs),
  };
}

function stateOf(node: NodeObject, inputs: NodeInputs, joining: boolean): NodeOutputs["state"] {
  if (joining) return "Joining";
  const { missing, contradiction } = readiness(node, inputs);
  return missing.length === 0 && contradiction === undefined ? "Ready" : "NotReady";
}

/** `pulumi import` of a worker that was attached by hand: the facts of its Node, with defaults for the rest. */
async function importNode(cluster: Cluster, operation: Operation, nodeName: string): Promise<Known> {
  const node = await readNode(cluster, operation, nodeName);
  if (!node) throw nothingToImport(nodeName, cluster.server);
  const inputs = importedInputs(node);
  const outputs = outputsOf(node, stateOf(node, parseNode(inputs), false), []);
  return { id: nodeName, inputs, state: asProperties(inputs, outputs, { imported: true }) };
}

function inactive(inputs: NodeInputs): string | undefined {
  const power = inputs.powerState;
  // with --continue-on-error it is not known of a server whose creation has just failed
  if (typeof power !== "string" || isUnknown(power) || power.toLowerCase() === "active") return undefined;
  // Nova starts a server from SHUTOFF only
  const advice =
    power.toLowerCase() === "error"
      ? "Replace it:"
      : `Start it (openstack server start ${inputs.serverId}), or replace it:`;
  return (
    `node ${inputs.nodeName}: server ${inputs.serverId} is "${power}", not active: it cannot join. ` +
    `${advice} pulumi up --replace '${serverUrnOf(inputs)}' ${repeat}`
  );
}

function refuseInactive(inputs: NodeInputs): void {
  const reason = inactive(inputs);
  if (reason !== undefined) throw new UserError(reason);
}
