import { z } from "zod";
import type { Recording, Worker } from "./recording.ts";

/** Finds the two workers in what a client has recorded of them. */

const stack = z.object({
  deployment: z.object({
    resources: z.array(
      z.object({
        type: z.string(),
        id: z.string().default(""),
        outputs: z.record(z.string(), z.unknown()).default({}),
      }),
    ),
  }),
});

const stackServer = z.object({
  id: z.string(),
  name: z.string(),
  networks: z.tuple([z.object({ fixedIpV4: z.string(), mac: z.string(), port: z.string() })]),
});
const stackPort = z.object({ id: z.string(), macAddress: z.string() });
const stackNode = z.object({ nodeName: z.string(), nodeUid: z.string() });

const byName = (one: Worker, other: Worker): number => one.name.localeCompare(other.name, "en");

const two = (workers: readonly Worker[]): Recording["workers"] => {
  const [first, second, ...others] = workers.toSorted(byName);
  if (!first || !second || others.length > 0) throw new Error(`${workers.length} workers are recorded, not two`);
  return [first, second];
};

const one = <T>(found: T | undefined, what: string): T => {
  if (found === undefined) throw new Error(`the state has no ${what}`);
  return found;
};

/** @param state a stack's export */
export function workersInStack(state: unknown): Recording["workers"] {
  const { resources } = stack.parse(state).deployment;
  const outputsOf = (type: string): unknown[] =>
    resources.filter((each) => each.type === type).map(({ id, outputs }) => ({ id, ...outputs }));
  const ports = z.array(stackPort).parse(outputsOf("openstack:networking/port:Port"));
  const nodes = z.array(stackNode).parse(outputsOf("openshift-node:index:OpenShiftNode"));
  const servers = z.array(stackServer).parse(outputsOf("openstack:compute/instance:Instance"));
  return two(
    servers.map(({ id, name, networks: [{ fixedIpV4, mac, port }] }) => {
      const { macAddress } = one(
        ports.find((each) => each.id === port),
        `port ${port}`,
      );
      const { nodeUid } = one(
        nodes.find(({ nodeName }) => nodeName === name),
        `node ${name}`,
      );
      return { name, serverId: id, portId: port, address: fixedIpV4, mac, portMac: macAddress, nodeUid };
    }),
  );
}

const tofu = z.object({
  resources: z.array(
    z.object({ type: z.string(), instances: z.array(z.object({ attributes: z.record(z.string(), z.unknown()) })) }),
  ),
});

const tofuServer = z.object({
  id: z.string(),
  name: z.string(),
  network: z.tuple([z.object({ fixed_ip_v4: z.string(), mac: z.string(), port: z.string() })]),
});
const tofuPort = z.object({ id: z.string(), mac_address: z.string() });

/** @param state a terraform.tfstate */
export function workersInTofu(state: unknown): Recording["workers"] {
  const { resources } = tofu.parse(state);
  const attributesOf = (type: string): unknown[] =>
    resources.filter((each) => each.type === type).flatMap(({ instances }) => instances.map((it) => it.attributes));
  const ports = z.array(tofuPort).parse(attributesOf("openstack_networking_port_v2"));
  const servers = z.array(tofuServer).parse(attributesOf("openstack_compute_instance_v2"));
  return two(
    servers.map(({ id, name, network: [{ fixed_ip_v4: address, mac, port }] }) => {
      const { mac_address: portMac } = one(
        ports.find((each) => each.id === port),
        `port ${port}`,
      );
      return { name, serverId: id, portId: port, address, mac, portMac };
    }),
  );
}
