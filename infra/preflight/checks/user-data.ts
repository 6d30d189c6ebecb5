import { containerName, renderPayload } from "../../../components/ignition/payload.ts";
import { renderPointer, userDataLimit, userDataSize } from "../../../components/ignition/pointer.ts";
import { tempUrl } from "../../../components/ignition/temp-url.ts";
import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { payloadArgs } from "../../pool-spec.ts";

const userDataDiagnostic = diagnosticOf("user-data");

/** Whether Nova accepts the size of the user data. It does not depend on owner, key and expiry: samples replace them. */
export function userDataDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cluster, objectStore }: Pick<PreflightFacts, "cluster" | "objectStore">,
): Diagnostic[] {
  return pools.flatMap((pool) => {
    const payload = renderPayload(payloadArgs(pool, cluster));
    const container = containerName(cluster.infraId, pool.name, "sample");
    const sample = { container, object: `${"0".repeat(64)}.ign`, key: "sample", expires: 4_000_000_000 };
    const url = tempUrl({ endpoint: objectStore.url, ...sample });
    const size = userDataSize(renderPointer({ url, payload, ca: objectStore.ca }));
    if (size <= userDataLimit) return [];
    return userDataDiagnostic({
      path: `${poolPath(pool.name)}.ignition`,
      problem: `the user data would have ${size} bytes`,
      expected: `at most ${userDataLimit} bytes, the limit of Nova`,
      remedy: "in the cacert file of clouds.yaml, keep only the CA of the object store instead of a whole trust store",
    });
  });
}
