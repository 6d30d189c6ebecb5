import { urlDigests } from "../../../components/ignition/temp-url.ts";
import { storedPools } from "../../config/ignition-delivery.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ContainerStatus, PreflightFacts, TempUrls } from "../../discovery/facts.ts";
import { createsServer, type PlannedChange } from "../changes/plan.ts";
import { inlineAdvice } from "./inline.ts";
import { managedKeyDiagnostics, temporaryUrlKeyDiagnostics } from "./temporary-url-key.ts";

const enabling = "ask the cloud's operator to enable it (Swift: middleware tempurl, allowed_digests)";
const why = "the machines fetch their Ignition config by such a URL";

const at = { check: "object-store", path: "cloud" };

/** How to recreate a container without its key: the state still has the container, and the provider does not check it. */
const recreation = (name: string): string =>
  `delete it (openstack container delete --recursive ${name}), then run \`pulumi refresh\` and \`pulumi up\`, which ` +
  "recreates it; workers that have joined do not need it";

/** What pools use an object store with. */
interface Use {
  readonly url: string;
  /** the delivery without it, for a remedy */
  readonly inline: string;
  /** whether the account's key signs, so that containers have none of their own */
  readonly hasAccountKey: boolean;
  /** whether a machine may be about to fetch its config */
  readonly isNeeded: boolean;
}

/** Errors in the object store's answer about the container of a pool. */
function containerDiagnostic(
  { name, status, keyed }: ContainerStatus,
  { url, inline, hasAccountKey }: Use,
): Diagnostic[] {
  if (status === 404 || (status < 300 && (keyed || hasAccountKey))) return [];
  if (status < 300)
    return [
      {
        ...at,
        problem: `container ${name} has no key for temporary URLs (X-Container-Meta-Temp-Url-Key)`,
        expected: `the key that the program set: ${why}, and would be refused (401)`,
        remedy: recreation(name),
      },
    ];
  if (status === 401 || status === 403)
    return [
      {
        ...at,
        problem: `the account may not use the object store at ${url} (${status} for container ${name})`,
        expected: "an account that may create containers there",
        remedy: `ask the cloud's operator for a role that Swift requires (operator_roles: member, swiftoperator); or ${inline}`,
      },
    ];
  return [
    {
      ...at,
      problem: `the object store at ${url} answered ${status} for container ${name}`,
      expected: "204 for an existing container, or 404 before it is created",
      remedy: "try again, or ask the cloud's operator",
    },
  ];
}

function containerDiagnostics({ tempUrls, containers }: PreflightFacts["checks"], use: Use): Diagnostic[] {
  if (containers.value) return containers.value.flatMap((seen) => containerDiagnostic(seen, use));
  // both requests fail for the same reason: it is reported once
  if (tempUrls?.error !== undefined) return [];
  const problem = `the object store at ${use.url} did not list its containers: ${containers.error}`;
  return [{ ...at, problem, expected: "a list of containers", remedy: "try again, or ask the cloud's operator" }];
}

/**
 * Whether the object store accepts the program's signed URLs, and has their containers. A machine trusts cacert, from its
 * pointer config, and the public authorities of its own trust store: the request for what the store can do is made likewise.
 */
export function objectStoreDiagnostics(
  config: Pick<Config, "cloud" | "pools" | "temporaryUrlKey" | "manageAccountKey">,
  facts: PreflightFacts,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  const { cluster, objectStore, checks } = facts;
  const pools = storedPools(config.pools);
  if (pools.length === 0) return [];
  if (!objectStore) return pools.map((pool) => missingStore(config.cloud, pool, facts));
  const { url } = objectStore;
  const use = {
    url,
    inline: inlineAdvice(pools, cluster),
    hasAccountKey: config.manageAccountKey || config.temporaryUrlKey !== undefined,
    isNeeded: checks.servers.value === undefined || changes.some(createsServer),
  };
  const ofKey = config.manageAccountKey ? managedKeyDiagnostics : temporaryUrlKeyDiagnostics;
  const key = checks.tempUrls?.error === undefined ? ofKey(checks.accountKey, url) : [];
  return [...tempUrlDiagnostics(checks, use), ...key, ...containerDiagnostics(checks, use)];
}

/** No check that may be skipped: nothing of the pool could be created. */
const missingStore = (cloud: string, pool: PoolConfig, { cluster, region }: PreflightFacts): Diagnostic => ({
  check: "cloud",
  path: `${poolPath(pool.name)}.ignition.delivery`,
  problem: `swift, and the catalog of cloud "${cloud}" has no public endpoint of type object-store${region === undefined ? "" : ` in region ${region}`}`,
  expected: "an object store (Swift), from which the machines fetch their Ignition config",
  remedy: `${inlineAdvice([pool], cluster)}; or correct region_name of the entry in clouds.yaml`,
});

function tempUrlDiagnostics({ tempUrls }: PreflightFacts["checks"], use: Use): Diagnostic[] {
  if (!tempUrls) return [];
  const { value, error } = tempUrls;
  const { url, inline, isNeeded } = use;
  if (error === undefined) return abilityDiagnostics(value, use);
  return [
    {
      ...at,
      problem: `the object store at ${url} cannot be queried: ${error}`,
      expected: `an answer, with a certificate that the authorities in clouds.yaml's cacert signed: ${why}, and verify it even with verify: false`,
      remedy: `check cacert in clouds.yaml (the CA that signed it), and the connection to the object store; or ${inline}`,
      // machines that run have fetched theirs
      ...(!isNeeded && { warning: true }),
    },
  ];
}

function abilityDiagnostics(value: TempUrls, { inline, hasAccountKey }: Use): Diagnostic[] {
  const remedy = `${inline}; or ${enabling}`;
  if (!value.supported)
    return [
      {
        ...at,
        problem: "the object store does not support temporary URLs",
        expected: `temporary URLs: ${why}`,
        remedy,
      },
    ];
  if (!value.keyPerContainer && !hasAccountKey)
    return [
      {
        ...at,
        problem: "the object store supports temporary URL keys for a whole account only, as Ceph RGW does",
        expected: `a key per container, as in Swift: ${why}, and would be refused (401)`,
        remedy: `${inline}; or set manageAccountKey: true, which gives the account a second key; or store the account's key (pulumi config set --secret temporaryUrlKey); or ask the cloud's operator for Swift (docs.ceph.com, Temp URL Operations: container keys are not supported)`,
      },
    ];
  if (value.digests === undefined)
    return [
      {
        ...at,
        problem: "the object store does not say which digests its temporary URLs accept",
        expected: `${urlDigests[0]}: older releases support sha1 only, and a machine could not fetch its Ignition config`,
        remedy: `ask the cloud's operator; if ${urlDigests[0]} is allowed, skip this check: preflight.skip: [object-store]; or ${inline}`,
        warning: true,
      },
    ];
  if (urlDigests.some((digest) => value.digests?.includes(digest))) return [];
  const problem = `the object store accepts temporary URLs signed with ${value.digests.join(", ")} only`;
  return [{ ...at, problem, expected: `one of ${urlDigests.join(", ")}: ${why}`, remedy }];
}
