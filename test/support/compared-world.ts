import type { NodeStatus } from "../../infra/discovery/cluster/status.ts";
import type { StackState } from "../../infra/discovery/exported-state.ts";
import type { FullObservation } from "../../infra/status/observation.ts";
import {
  cloudOf,
  clusterOf,
  compared,
  nodeStatus,
  portStatus,
  serverStatus,
  stateContainer,
  stateNode,
  stateOf,
  statePort,
  stateServer,
  worker,
} from "./observations.ts";
import { answer, owner } from "./preflight-facts.ts";

/** A worker of which state, cloud and cluster agree. */
export const name = worker(0);
export const container = "lab-7x2kq-metal-ignition-00000000";

export const whole = stateOf({
  servers: [stateServer("s0", name)],
  ports: [statePort("p0", `${name}-port-0`)],
  containers: [stateContainer(container)],
  nodes: [stateNode(name, "s0")],
});
export const servers = [serverStatus("s0", name)];
export const ports = [portStatus("p0", `${name}-port-0`, { deviceId: "s0" })];
export const containers = [{ name: container, owner }];
export const nodes = [nodeStatus(name, "s0")];

export interface World {
  readonly state?: Partial<StackState>;
  readonly servers?: typeof servers;
  readonly ports?: typeof ports;
  readonly containers?: { readonly name: string; readonly owner: string | undefined }[];
  readonly nodes?: readonly NodeStatus[];
  readonly change?: Partial<FullObservation>;
}

/** A worker of which state, cloud and cluster agree, with something changed. */
export const world = (change: World): FullObservation => ({
  ...compared(
    { ...whole, ...change.state },
    {
      cluster: answer(clusterOf(change.nodes ?? nodes)),
      cloud: answer(cloudOf(change.servers ?? servers, change.ports ?? ports, change.containers ?? containers)),
    },
  ),
  ...change.change,
});
