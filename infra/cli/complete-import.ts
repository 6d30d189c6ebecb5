import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Deployment, deploymentSchema } from "./adopt-pending.ts";

/**
 * Completes the state of imported workers with what OpenStack's provider does not read back when it imports (terraform-
 * provider-openstack, resource_openstack_networking_port_v2.go and resource_openstack_compute_instance_v2.go: a port's
 * fixed IPs, tags and security groups, a server's port and config drive). Without it the next `pulumi up` would replace the machine.
 *
 *     pulumi stack export | node infra/cli/complete-import.ts "$(openstack subnet show -f value -c id <subnet>)" | pulumi stack import
 */

const networks = z.array(z.looseObject({ mac: z.string(), port: z.string() }));

type Resource = Deployment["deployment"]["resources"][number];

const portType = "openstack:networking/port:Port";
const serverType = "openstack:compute/instance:Instance";

/** The workers' ports and servers; other resources stay unchanged. */
const isWorkers = ({ urn, type }: Resource): boolean =>
  (type === portType || type === serverType) && urn.includes("openstack-baremetal-compute:index:BaremetalWorker$");

const outputsOf = ({ outputs }: Resource): Record<string, unknown> =>
  z.record(z.string(), z.unknown()).default({}).parse(outputs);

function complete(resource: Resource, values: Record<string, unknown>): Resource {
  return { ...resource, inputs: { ...resource.inputs, ...values }, outputs: { ...outputsOf(resource), ...values } };
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || isDeepStrictEqual(value, []);

function completePort(port: Resource, subnetId: string): Resource {
  if (!isEmpty(outputsOf(port)["fixedIps"])) return port;
  const { allTags = [], allSecurityGroupIds = [] } = outputsOf(port);
  return complete(port, {
    fixedIps: [{ subnetId, ipAddress: "" }],
    tags: allTags,
    securityGroupIds: allSecurityGroupIds,
  });
}

function completeServer(server: Resource, ports: readonly Resource[]): Resource {
  if (!isEmpty(outputsOf(server)["configDrive"])) return server;
  const known = networks.parse(outputsOf(server)["networks"] ?? []).map((network) => ({
    ...network,
    port: ports.find((port) => outputsOf(port)["macAddress"] === network.mac)?.id ?? network.port,
  }));
  const values = { networks: known, configDrive: true, forceDelete: false, stopBeforeDestroy: false };
  return complete(server, values);
}

/**
 * @param state what `pulumi stack export` prints
 * @param subnetId id of the cluster's machine subnet
 * @returns the same state where nothing is missing
 */
export function completeImport(state: Deployment, subnetId: string): Deployment {
  const { resources } = state.deployment;
  const ports = resources.filter((it) => isWorkers(it) && it.type === portType);
  const completed = resources.map((it) => {
    if (!isWorkers(it)) return it;
    return it.type === portType ? completePort(it, subnetId) : completeServer(it, ports);
  });
  return { ...state, deployment: { ...state.deployment, resources: completed } };
}

async function main(): Promise<void> {
  const [subnetId] = process.argv.slice(2);
  if (!subnetId || process.stdin.isTTY) {
    console.error(
      "usage: pulumi stack export | node infra/cli/complete-import.ts <id of the machine subnet> | pulumi stack import",
    );
    process.exitCode = 2;
    return;
  }
  const state = deploymentSchema.parse(JSON.parse(await text(process.stdin)));
  process.stdout.write(`${JSON.stringify(completeImport(state, subnetId), null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
