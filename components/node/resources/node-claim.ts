import { isCordonedBy } from "../../kubernetes/cordons.ts";
import { UserError } from "../../lib/errors.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { readNode } from "../cluster/reading.ts";
import { drainOnce } from "../drain/once.ts";
import { podsLeft } from "../drain/policy.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import { isServerOf, removeLeftovers } from "../leftovers/worker.ts";
import { claimName, releaseName } from "../metadata/claim.ts";
import { ownersOf, ownershipOf } from "../metadata/ownership.ts";
import type { Operation } from "../operation/phases.ts";
import type { Properties } from "../operation/property-values.ts";
import { asProperties, type ClaimedWorker } from "../operation/types.ts";
import { check, withDefaults } from "../schemas/check.ts";
import { claimInputs } from "../schemas/node-claim.ts";
import { formerOfImported, importedClaim, nothingToImport } from "./import.ts";
import { parseClaim } from "./inputs.ts";
import type { Known, Resource } from "./resource.ts";

/** The name of a worker in the cluster: openshift-node:index:NodeClaim. */
export function nodeClaim(cluster: () => Promise<Cluster>, cloud: () => StackCloud | undefined): Resource {
  return {
    replacing: ["nodeName"],
    outputs: [],
    check: (inputs) => check(claimInputs, inputs),
    drift: () => Promise.resolve([]),
    preview: () => undefined,
    create: async (operation, properties) => {
      const inputs = parseClaim(properties);
      const isOwnServer = (id: string) => isServerOf(cloud(), operation, inputs, id);
      await claimName(await cluster(), operation, inputs, isOwnServer);
      return { id: inputs.nodeName, state: properties };
    },
    former: ({ inputs, state }, news) =>
      state["imported"] === true ? formerOfImported(state, news, ["nodeName"]) : completed(inputs, news),
    // a claim is a fact of this stack: nothing of the cluster changes it
    read: async (operation, known) =>
      known.state["nodeName"] === undefined ? importClaim(await cluster(), operation, known.id) : known,
    update: (_operation, _known, inputs) => Promise.resolve(inputs),
    delete: async (operation, known) => {
      const worker = leavingWorker(known);
      const connected = await cluster();
      const drain = (serverId: string) => drainServer(connected, operation, worker, serverId);
      await removeFromCloud(cloud(), operation, worker, drain);
      await releaseName(connected, operation, worker, podsLeft);
    },
    deleteSkippingCluster: (operation, known) => removeFromCloud(cloud(), operation, leavingWorker(known), undefined),
  };
}

/**
 * A state of an earlier release has not all inputs. How a server that is left over is removed was nobody's wish then: the
 * current wish is taken, and the engine stores it without an update.
 */
function completed(inputs: Properties, news: Properties): Properties {
  const { drain = null, deleteTimeout = null } = news;
  return withDefaults(claimInputs, asProperties({ drain, deleteTimeout }, inputs));
}

/** An imported one may have new inputs without an update. */
const leavingWorker = ({ state, inputs }: Known): ClaimedWorker => parseClaim(asProperties(state, inputs));

/**
 * The engine deletes a claim after the server and the ports that the state has: whatever the cloud has now is left over. A
 * claim that is replaced goes without them (`--replace`): then they are the worker's own, and stay.
 */
async function removeFromCloud(
  cloud: StackCloud | undefined,
  operation: Operation,
  worker: ClaimedWorker,
  drain: ((serverId: string) => Promise<void>) | undefined,
): Promise<void> {
  if (cloud && !operation.replacement) await removeLeftovers(cloud, operation, worker, drain);
}

/**
 * Takes a server out of service that the state does not know. Nobody of this stack can have let it join, since who drains is
 * in the state before that: a Node that takes pods is another state's of the same name, or was approved by hand.
 */
async function drainServer(
  cluster: Cluster,
  operation: Operation,
  { drain, configPath = "<pool>", ...worker }: ClaimedWorker,
  serverId: string,
): Promise<void> {
  const owners = ownersOf(worker);
  const node = await readNode(cluster, operation, worker.nodeName);
  const isItsNode = node !== undefined && ownershipOf(node, { ...worker, serverId }, owners).kind === "ours";
  if (isItsNode && !isCordonedBy(node, owners)) throw new UserError(liveServer(worker.nodeName, serverId));
  await drainOnce(cluster, operation, { ...worker, drain, configPath, serverId });
}

function liveServer(nodeName: string, serverId: string): string {
  return (
    `node ${nodeName}: server ${serverId} has this stack's name and owner, but is not in its state, and this stack did not ` +
    "cordon its Node. The server was not removed: it may be another state's of the same name, in another backend. " +
    `If nobody needs it: oc adm drain ${nodeName} --ignore-daemonsets --delete-emptydir-data; openstack server delete ${serverId}; ` +
    "then run the same command again."
  );
}

/** `pulumi import` of the name of a worker that somebody else attached. */
async function importClaim(cluster: Cluster, operation: Operation, nodeName: string): Promise<Known> {
  const node = await readNode(cluster, operation, nodeName);
  if (!node) throw nothingToImport(nodeName, cluster.server);
  const inputs = importedClaim(node);
  return { id: nodeName, inputs, state: asProperties(inputs, { imported: true }) };
}
