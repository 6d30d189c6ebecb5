import { containerName, renderPayload } from "../../../components/ignition/payload.ts";
import { renderPointer, userDataLimit, userDataSize } from "../../../components/ignition/pointer.ts";
import { tempUrl, urlDigestFor } from "../../../components/ignition/temp-url.ts";
import { storedPools } from "../../config/ignition-delivery.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { ObjectStoreFacts, PreflightFacts } from "../../discovery/facts.ts";
import { payloadArgs } from "../../pool-spec.ts";
import { fragmentsSize, inlineSize } from "./inline.ts";

const userDataDiagnostic = diagnosticOf("user-data");

type UserDataFacts = Pick<PreflightFacts, "cluster" | "objectStore" | "checks">;

function tooLarge(pool: PoolConfig, size: number, remedy: string): Diagnostic[] {
  if (size <= userDataLimit) return [];
  return [
    userDataDiagnostic({
      path: `${poolPath(pool.name)}.ignition`,
      problem: `the user data would have ${size} bytes`,
      expected: `at most ${userDataLimit} bytes after base64, the limit of Nova`,
      remedy,
    }),
  ];
}

/** The size of a pointer config. It does not depend on owner, key and expiry: samples replace them. */
function pointerSize(pool: PoolConfig, { cluster, checks }: UserDataFacts, store: ObjectStoreFacts): number {
  const payload = renderPayload(payloadArgs(pool, cluster));
  const container = containerName(cluster.infraId, pool.name, "sample");
  const sample = { container, object: `${"0".repeat(64)}.ign`, key: "sample", expires: 4_000_000_000 };
  const digest = urlDigestFor(checks.tempUrls?.value?.digests);
  const url = tempUrl({ endpoint: store.url, digest, ...sample });
  return userDataSize(renderPointer({ url, payload, ca: store.ca, proxy: pool.ignition.proxy }));
}

function inlineRemedy(pool: PoolConfig, { cluster, objectStore }: UserDataFacts): string {
  const less = `put less into ignition.fragments, which take ${fragmentsSize(pool, cluster)} of them`;
  return objectStore ? `set ignition.delivery: swift, which has no such limit, or ${less}` : less;
}

/** Whether Nova accepts the size of the user data. */
export function userDataDiagnostics({ pools }: Pick<Config, "pools">, facts: UserDataFacts): Diagnostic[] {
  const { cluster, objectStore } = facts;
  const stored = new Set(storedPools(pools));
  return pools.flatMap((pool) => {
    if (!stored.has(pool)) return tooLarge(pool, inlineSize(pool, cluster), inlineRemedy(pool, facts));
    const remedy =
      "in the cacert file of clouds.yaml, keep only the CA of the object store instead of a whole trust store";
    // without an object store, an error of its own says what would fit
    return objectStore ? tooLarge(pool, pointerSize(pool, facts, objectStore), remedy) : [];
  });
}
