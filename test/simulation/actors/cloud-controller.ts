import type { NodeObject } from "../../../components/kubernetes/types.ts";
import { CloudStore } from "../cloud/objects.ts";
import type { Simulation } from "../run/simulation.ts";
import type { ApiServer } from "../world/api-server.ts";
import type { Change } from "../world/world.ts";
import type { Actor } from "./actor.ts";

/** Set by the kubelet, see components/node/cluster/readiness.ts. */
const uninitialized = "node.cloudprovider.kubernetes.io/uninitialized";

/** ms until it has looked a server up. */
const lookUp = 1_000;

/** ms between two looks at the Nodes that are not Ready (kubernetes, cloud-provider, node-monitor-period). */
const monitorPeriod = 5_000;

/**
 * The OpenStack cloud controller: finds the server of a Node by its name, and removes the Node of a server that is gone once
 * it is not Ready any more (kubernetes, cloud-provider/controllers/nodelifecycle).
 */
export class CloudController implements Actor {
  readonly name = "cloud-controller";
  readonly #api: ApiServer;

  constructor(api: ApiServer) {
    this.#api = api;
  }

  start(simulation: Simulation): void {
    simulation.world.onChange((change) => this.#look(simulation, change));
  }

  #look(simulation: Simulation, { kind, type, object }: Change): void {
    if (type === "DELETED" || kind !== "nodes") return;
    const node = object as unknown as NodeObject;
    const { name } = node.metadata;
    if (node.spec.providerID === undefined) {
      simulation.later(lookUp, `${this.name}: initializes ${name}`, () => this.#initialize(simulation, name));
    } else if (!isReady(node)) {
      simulation.later(monitorPeriod, `${this.name}: looks for the server of ${name}`, () =>
        this.#removeIfGone(simulation, name),
      );
    }
  }

  /** Two servers of the name are an error of it, which it repeats (cloud-provider-openstack, openstack/instancesv2.go). */
  #initialize({ world }: Simulation, name: string): void {
    const node = world.get("nodes", name) as NodeObject | undefined;
    const servers = new CloudStore(world, "servers").all().filter((server) => server.name === name);
    const [server, ...others] = servers;
    if (!node || node.spec.providerID !== undefined || !server || others.length > 0) return;
    const ports = new CloudStore(world, "ports").all().filter(({ device_id }) => device_id === server.id);
    const taints = (node.spec.taints ?? []).filter(({ key }) => key !== uninitialized);
    const addresses = ports.map(({ ip }) => ({ type: "InternalIP", address: ip }));
    const spec = { providerID: `openstack:///${server.id}`, taints };
    this.#api.patch("nodes", name, { spec, status: { addresses } }, this.name);
  }

  #removeIfGone({ world }: Simulation, name: string): void {
    const node = world.get("nodes", name) as NodeObject | undefined;
    const id = node?.spec.providerID?.split("/").at(-1);
    if (!node || id === undefined || isReady(node)) return;
    if (new CloudStore(world, "servers").get(id) === undefined) world.delete("nodes", name, undefined, this.name);
  }
}

const isReady = ({ status }: NodeObject): boolean =>
  status?.conditions?.some((it) => it.type === "Ready" && it.status === "True") === true;
