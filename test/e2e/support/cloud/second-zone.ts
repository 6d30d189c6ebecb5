import { z } from "zod";
import { type Rack, racks } from "../../../lab/openstack/config/nova.ts";
import { Administrator } from "../../../lab/openstack/api.ts";
import { mapHost } from "../../../lab/openstack/data/hosts.ts";
import { secondComputeStep } from "../../../lab/openstack/services.ts";
import { stop } from "../../../lab/runtime/processes.ts";
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

const aggregateSchema = z.object({ aggregate: z.object({ id: z.number() }) });

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

/**
 * Gives some machines of the lab a compute service of their own, which is the one host of an availability zone: as a cloud
 * whose racks are zones. The cleanup brings them back; they must be free then.
 */
export async function makeSecondZone(zone: string, machines: readonly Machine[], cleanup: Cleanup): Promise<void> {
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
  cleanup.push(() => move(machines, racks.first));
  // Nova adds no host without machines to an aggregate
  await move(machines, rack);
  const made = await admin.send("POST", "compute", "/os-aggregates", {
    aggregate: { name: zone, availability_zone: zone },
  });
  const path = `/os-aggregates/${aggregateSchema.parse(made).aggregate.id}`;
  cleanup.push(() => admin.remove("compute", path));
  await admin.send("POST", "compute", `${path}/action`, { add_host: { host: rack.host } });
  cleanup.push(() => admin.send("POST", "compute", `${path}/action`, { remove_host: { host: rack.host } }));
}
