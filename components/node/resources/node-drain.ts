import type { Cluster } from "../cluster/cluster.ts";
import { readNode } from "../cluster/reading.ts";
import { drainOnce } from "../drain/once.ts";
import { type Leaving, watchRemoval } from "../leftovers/removal-watch.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import type { Operation } from "../operation/phases.ts";
import { asProperties } from "../operation/types.ts";
import { check, withDefaults } from "../schemas/check.ts";
import { drainInputs } from "../schemas/node-drain.ts";
import { formerOfImported, importedDrain, nothingToImport } from "./import.ts";
import { parseDrain } from "./inputs.ts";
import type { Known, Resource } from "./resource.ts";

/** Another server is another machine: its predecessor is drained, and only then deleted. */
const replacing = ["nodeName", "serverId"] as const;

const leavingServer = drainInputs.pick({ nodeName: true, serverId: true });

/**
 * The drain of a worker, known before anything can join: openshift-node:index:NodeDrain. The engine records an
 * OpenShiftNode when its long join has ended: killed before, it would know of nobody who drains the Node.
 */
export function nodeDrain(
  cluster: () => Promise<Cluster>,
  cloud: () => StackCloud | undefined = () => undefined,
): Resource {
  return {
    replacing,
    outputs: [],
    check: (inputs) => check(drainInputs, inputs),
    drift: () => Promise.resolve([]),
    preview: () => undefined,
    // whether the cluster answers must not decide whether it is recorded
    create: (_operation, properties) => Promise.resolve({ id: parseDrain(properties).nodeName, state: properties }),
    former: ({ inputs, state }, news) =>
      state["imported"] === true
        ? formerOfImported(state, news, replacing)
        : // a state of an earlier release has not all of them
          withDefaults(drainInputs, inputs),
    // it stays whatever a refresh finds: a Node that is not there may still register
    read: async (operation, known) =>
      known.state["nodeName"] === undefined ? importDrain(await cluster(), operation, known.id) : known,
    update: (_operation, _known, inputs) => Promise.resolve(inputs),
    // the newest policy, even if no update has succeeded since; an imported one has new inputs without an update
    delete: async (operation, { state, inputs }) => {
      const leaving = parseDrain(asProperties(state, inputs));
      await drainOnce(await cluster(), operation, leaving);
      watchServer(cloud(), operation, leaving);
    },
    // nothing is drained: the rest of what the state has is not needed
    deleteSkippingCluster: (operation, { state, inputs }) => {
      const leaving = leavingServer.safeParse(asProperties(state, inputs));
      if (leaving.success) watchServer(cloud(), operation, leaving.data);
      return Promise.resolve();
    },
  };
}

/** The engine deletes the server next. In a replacement the program's error hook tells what becomes of it. */
function watchServer(cloud: StackCloud | undefined, operation: Operation, leaving: Leaving): void {
  if (cloud && !operation.replacement) void watchRemoval(cloud, operation, leaving);
}

/** `pulumi import` of the drain of a worker that somebody else attached. */
async function importDrain(cluster: Cluster, operation: Operation, nodeName: string): Promise<Known> {
  const node = await readNode(cluster, operation, nodeName);
  if (!node) throw nothingToImport(nodeName, cluster.server);
  const inputs = importedDrain(node);
  return { id: nodeName, inputs, state: asProperties(inputs, { imported: true }) };
}
