import { annotations } from "../../../components/kubernetes/types.ts";
import type { Properties } from "../../../components/node/operation/property-values.ts";
import { allTimeouts, nodeInputs, owner, worker } from "../../support/node-fixtures.ts";
import type { PluginResource } from "../engine/life.ts";
import type { Program, ServerState } from "../engine/worker-stack.ts";
import type { Given } from "../world/world.ts";

/** The worker of the scenarios, and what the program says of it. */

/** Bounds in s: long enough for every budget and every fault of a plan, short enough for a trace to be read. */
export const drainTimeout = 120;
export const removeTimeout = 60;
export const joinTimeout = 120;

const { nodeName, fixedIps } = worker;
const drain = { ...nodeInputs.drain, timeout: drainTimeout };
const common = { nodeName, owner, configPath: nodeInputs.configPath };

const taint = { key: "dedicated", value: "metal", effect: "NoSchedule" };

export const program: Program = { image: "rhcos", inputs };

/** The inputs of a resource as the program gives them once the server is known. */
function inputs(name: PluginResource, server: ServerState): Properties {
  const all: Record<PluginResource, object> = {
    NodeClaim: { ...common, removeTimeout, deleteTimeout: 60, drain },
    NodeDrain: { ...common, serverId: server.id, drain },
    OpenShiftNode: {
      ...{
        ...common,
        fixedIps,
        drain,
        powerState: "active",
        timeouts: allTimeouts(joinTimeout),
        labels: { rack: "r1" },
        taints: [taint],
      },
      ...{ serverId: server.id, serverCreated: server.created },
    },
    PoolMembership: {
      ...{ pool: "metal", owner, members: [{ nodeName, serverId: server.id }] },
      ...{ cordonTimeout: drainTimeout, configPath: "pools[metal]" },
    },
  };
  return all[name] as Properties;
}

/** What the OpenShiftNode of a worker that has joined adds to its inputs. */
export const readyOutputs = ({ id }: ServerState): Properties => ({
  nodeUid: "",
  providerId: `openstack:///${id}`,
  internalIp: fixedIps[0] ?? "",
  state: "Ready",
  timeline: [],
  ownTaints: [],
});

/** A Node that this stack has attached. */
export function readyNode(name: string, server: string): Given {
  return {
    metadata: { name, annotations: { [annotations.owner]: owner, [annotations.serverId]: server } },
    spec: { providerID: `openstack:///${server}` },
    status: {
      conditions: [{ type: "Ready", status: "True" }],
      addresses: [{ type: "InternalIP", address: fixedIps[0] ?? "" }],
    },
  };
}
