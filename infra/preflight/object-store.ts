import type { Fault } from "../fault.ts";
import type { PreflightFacts } from "./facts.ts";

/** With what the program signs; components/ignition/temp-url.ts. */
const digest = "sha256";

const fix = "ask the cloud's operator to enable it (Swift: middleware tempurl, allowed_digests)";
const why = "the machines fetch their Ignition config by such a URL";

/** Whether the object store takes the signed URLs that the program makes. */
export function objectStoreFaults({ checks, objectStore }: PreflightFacts): Fault[] {
  const { answer, trouble } = checks.tempUrls;
  const at = { check: "object-store", path: "cloud" };
  if (trouble !== undefined)
    return [
      {
        ...at,
        what: `the object store at ${objectStore.url} gave no answer: ${trouble}`,
        expected: `an answer that the authorities of clouds.yaml's cacert vouch for: ${why}`,
        fix: "check cacert in clouds.yaml and the way to the object store",
      },
    ];
  if (!answer.supported)
    return [{ ...at, what: "the object store knows no temporary URLs", expected: `temporary URLs: ${why}`, fix }];
  if (answer.digests === undefined)
    return [
      {
        ...at,
        what: "the object store does not say which digests its temporary URLs take",
        expected: `${digest}: older releases of Ceph RGW know sha1 only, and a machine could not fetch its Ignition config`,
        fix: "ask the cloud's operator, then leave this check out by preflight.skip",
        warning: true,
      },
    ];
  if (answer.digests.includes(digest)) return [];
  const what = `the object store takes temporary URLs signed with ${answer.digests.join(", ")} only`;
  return [{ ...at, what, expected: `${digest}: ${why}`, fix }];
}
