import type * as pulumi from "@pulumi/pulumi";
import { payloadHash, poolDefaults, renderPayload, WorkerPool } from "openstack-baremetal-compute";
import type { Lookups } from "openstack-baremetal-compute/lookups";

/** What cluster and cloud have, by name or id. */
export interface Place {
  readonly infraId: string;
  readonly owner: string;
  /** of the Machine Config Server: its URL, and its CA as a data URL */
  readonly machineConfigServer: string;
  readonly authority: string;
  readonly flavor: { readonly id: string; readonly name: string };
  readonly image: { readonly id: string; readonly name: string };
  readonly port: { readonly networkId: string; readonly subnet: { readonly id: string; readonly ipVersion: 4 | 6 } };
}

/** Declares a pool of two workers with default timeouts, whose Ignition config is their user data. */
export function declarePool(
  pool: string,
  place: Place,
  lookups: Lookups,
  providers: pulumi.ProviderResource[],
): WorkerPool {
  const boot = { machineConfigPool: poolDefaults.machineConfigPool, fragments: [] };
  const { machineConfigServer, authority, port, ...named } = place;
  const userData = renderPayload({ ...boot, machineConfigServer, authorities: [authority] });
  const addresses = {
    securityGroupIds: [],
    virtualAddresses: [],
    allowedAddresses: [],
    tags: [],
    dhcpOptions: undefined,
  };
  const args = {
    ...poolDefaults,
    ...named,
    ...lookups,
    pool,
    configPath: `pools[${pool}]`,
    workers: [0, 1].map((i) => ({ name: `${place.infraId}-${pool}-${i}` })),
    ports: [{ networkId: port.networkId, subnets: [port.subnet], ...addresses }],
    payload: { hash: payloadHash(boot), onChange: "keep" as const },
    ignition: { delivery: "inline" as const, userData },
  };
  return new WorkerPool(pool, args, { providers });
}
