import { z } from "zod";
import { type Rack, racks } from "../../../lab/openstack/config/nova.ts";
import { Administrator } from "../../../lab/openstack/api.ts";
import { mapHost } from "../../../lab/openstack/data/hosts.ts";
import { secondComputeStep } from "../../../lab/openstack/services.ts";
import { stop } from "../../../lab/runtime/processes.ts";
import { machines } from "../../../lab/settings.ts";
import type { Machine } from "../../../lab/metal/faults.ts";
import type { Cleanup } from "../cleanup.ts";
import { until } from "../wait.ts";
import { admin } from "./cloud.ts";

const servicesSchema = z.object({
  services: z.array(z.object({ id: z.string(), host: z.string(), binary: z.string(), state: z.string() })),
});
const hypervisorsSchema = z.object({
  hypervisors: z.array(z.object({ hypervisor_hostname: z.string(), service: z.object({ host: z.string() }) })),
});

const aggregateSchema = z.object({ aggregate: z.object({ id: z.number(), uuid: z.string() }) });

async function computeService({ host }: Rack): Promise<z.infer<typeof servicesSchema>["services"][number] | undefined> {
  const { services } = servicesSchema.parse(await admin.get("compute", "/os-services"));
  return services.find((service) => service.host === host && service.binary === "nova-compute");
}

/** The host of each machine, by its UUID: Nova has a hypervisor for each. */
export async function hostsOfMachines(): Promise<ReadonlyMap<string, string>> {
  const { hypervisors } = hypervisorsSchema.parse(await admin.get("compute", "/os-hypervisors/detail"));
  return new Map(hypervisors.map(({ hypervisor_hostname, service }) => [hypervisor_hostname, service.host]));
}

/** Moves free machines to a rack, and waits until its compute service has them. */
async function move(machines: readonly Machine[], { host, shard }: Rack): Promise<void> {
  const system = await Administrator.ofSystem();
  for (const machine of machines) await system.moveToShard(machine, shard);
  await until(
    `compute service ${host} to have ${machines.length} machines`,
    async () => {
      const hosts = await hostsOfMachines();
      return machines.every(({ uuid }) => hosts.get(uuid) === host) ? true : undefined;
    },
    120,
  );
}

/** Nova tells Placement of the one machine that a host of virtual machines is, and of none of Ironic's. */
async function setAggregates(machines: readonly Machine[], aggregates: readonly string[]): Promise<void> {
  for (const { uuid } of machines)
    await admin.send("PUT", "placement", `/resource_providers/${uuid}/aggregates`, aggregates);
}

/** Makes a rack's compute service the one host of an availability zone. */
async function makeZone(name: string, { host }: Rack, machines: readonly Machine[], cleanup: Cleanup): Promise<void> {
  const made = await admin.send("POST", "compute", "/os-aggregates", { aggregate: { name, availability_zone: name } });
  const { id, uuid } = aggregateSchema.parse(made).aggregate;
  cleanup.push(() => admin.remove("compute", `/os-aggregates/${id}`));
  const act = (action: object): Promise<unknown> =>
    admin.send("POST", "compute", `/os-aggregates/${id}/action`, action);
  await act({ add_host: { host } });
  cleanup.push(() => act({ remove_host: { host } }));
  cleanup.push(() => setAggregates(machines, []));
  await setAggregates(machines, [uuid]);
}

/**
 * Makes two zones, each a rack with a compute service of its own. The cleanup takes them away again; no server may be left then.
 *
 * @param second machines of the second zone: the others are in the first
 */
export async function makeTwoZones(
  [here, there]: readonly [string, string],
  second: readonly Machine[],
  cleanup: Cleanup,
): Promise<void> {
  const rack = racks.second;
  cleanup.push(async () => {
    await stop(secondComputeStep.name);
    const service = await computeService(rack);
    if (service) await admin.remove("compute", `/os-services/${service.id}`);
  });
  await secondComputeStep.up(() => undefined);
  await until(`compute service ${rack.host}`, async () =>
    (await computeService(rack))?.state === "up" ? true : undefined,
  );
  await mapHost(rack);
  cleanup.push(() => move(second, racks.first));
  // Nova adds no host without machines to an aggregate
  await move(second, rack);
  const first = machines.filter((machine) => !second.includes(machine));
  await makeZone(here, racks.first, first, cleanup);
  await makeZone(there, rack, second, cleanup);
}
