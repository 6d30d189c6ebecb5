import { beforeAll, beforeEach } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../../../infra/config/load.ts";
import { DiagnosticError } from "../../../infra/diagnostics/error.ts";
import type { CloudFacts } from "../../../infra/discovery/facts.ts";

/** What the cloud has, by the function that finds it and by its name or tag; a text is an error. */
export const cloud: Record<string, Record<string, Record<string, unknown> | string>> = {
  getNetwork: { "net-id": { id: "net-id", name: "lab-openshift", mtu: 1500 }, net: { id: "net-id", mtu: 1500 } },
  getSubnet: {},
  getSubnetIdsV2: {},
  getFlavor: { baremetal: { id: "f", extraSpecs: { "resources:VCPU": 0 }, vcpus: 2, ram: 4096, disk: 20 } },
  getImage: { rhcos: { id: "i", diskFormat: "raw", minDiskGb: 0, minRamMb: 0, sizeBytes: 1, properties: {} } },
  getSecGroup: {},
};

export const groups = { workers: { id: "g1" }, storage: { id: "g2" } };

export const subnet = {
  id: "subnet-id",
  name: "nodes",
  networkId: "net-id",
  cidr: "10.0.0.0/24",
  gatewayIp: "10.0.0.1",
  enableDhcp: true,
  dnsNameservers: [],
  allocationPools: [],
};

/** What the cloud was asked, and what else it has, in one test. */
export interface Seen {
  asked: string[];
  /** the kinds whose names were listed */
  listed: string[];
  /** what the cloud lists, by kind */
  existing: Record<string, readonly string[]>;
  /** whether its network service has security groups */
  hasSecurityGroups: boolean;
  /** and trunks */
  hasTrunks: boolean;
}

export const seen: Seen = { asked: [], listed: [], existing: {}, hasSecurityGroups: true, hasTrunks: true };

/** Answers the provider's look-ups from {@link cloud}, which is as new in each test of the file. */
export function mockCloud(): void {
  beforeAll(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
      call: ({ token, inputs }) => {
        const kind = token.split(":").at(-1)?.replace(/^.*\//, "") ?? "";
        const given = inputs as { name?: string; networkId?: string; subnetId?: string; tags?: string[] };
        const key = [given.name, given.networkId, given.subnetId, ...(given.tags ?? [])].filter(Boolean).join(" ");
        seen.asked.push(`${kind} ${key}`);
        const found = cloud[kind]?.[key] ?? (kind === "getSubnetIdsV2" ? { ids: [] } : undefined);
        // as an engine's error, whose text is in its details
        const details = found ?? "Your query returned no results";
        if (typeof details === "string") throw Object.assign(new Error("2 UNKNOWN"), { details });
        return details;
      },
    });
  });

  beforeEach(() => {
    Object.assign(seen, { asked: [], listed: [], existing: {}, hasSecurityGroups: true, hasTrunks: true });
    cloud["getSubnet"] = {};
    cloud["getSubnetIdsV2"] = {};
    cloud["getSecGroup"] = groups;
  });
}

export async function read(
  change: object = {},
  pool: object = {},
  infraId = Promise.resolve("lab"),
): Promise<CloudFacts> {
  const { readCloudFacts } = await import("../../../infra/discovery/cloud/read.ts");
  const { config, diagnostics } = parseConfig({
    cloud: "lab",
    pools: [{ name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos", ...pool }],
    ...change,
  });
  if (!config) throw new Error(JSON.stringify(diagnostics));
  const namesOf = (kind: string): Promise<readonly string[]> => {
    seen.listed.push(kind);
    return Promise.resolve(seen.existing[kind] ?? []);
  };
  return readCloudFacts(config, new AbortController().signal, {}, infraId, {
    namesOf,
    hasSecurityGroups: Promise.resolve(seen.hasSecurityGroups),
    hasTrunks: () => Promise.resolve(seen.hasTrunks),
  });
}

export const diagnosticsOf = async (reading: Promise<CloudFacts>): Promise<unknown> => {
  const found: unknown = await reading.catch((it: unknown) => it);
  if (found instanceof DiagnosticError) return found.diagnostics;
  if (found instanceof Error) return found;
  const { unresolved, pools } = found as CloudFacts;
  const notFound = pools.flatMap(({ flavor, image }) => [flavor, image]);
  return [...unresolved, ...notFound.flatMap((it) => ("notFound" in it ? [it.notFound] : []))];
};

/** Subnets with the installer's tag. */
export function tag(...ids: string[]): void {
  cloud["getSubnetIdsV2"] = { "openshiftClusterID=lab": { ids } };
  cloud["getSubnet"] = Object.fromEntries(ids.map((id) => [id, { ...subnet, id, name: `nodes-${id}` }]));
}
