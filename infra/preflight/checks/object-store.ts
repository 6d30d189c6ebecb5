import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ContainerStatus, PreflightFacts } from "../../discovery/facts.ts";

/** With what the program signs; components/ignition/temp-url.ts. */
const digest = "sha256";

const remedy = "ask the cloud's operator to enable it (Swift: middleware tempurl, allowed_digests)";
const why = "the machines fetch their Ignition config by such a URL";

const at = { check: "object-store", path: "cloud" };

/** Which commands bring a container back whose key is gone: the state keeps the container, and the provider never looks. */
const anew = (name: string): string =>
  `delete it (openstack container delete --recursive ${name}), run \`pulumi refresh\`, then \`pulumi up\`, which makes it ` +
  "anew; the workers that have joined do not need it";

/** What the object store's answer says against the container of a pool. */
function containerDiagnostic({ name, status, keyed }: ContainerStatus, url: string): Diagnostic[] {
  if (status === 404 || (status < 300 && keyed)) return [];
  if (status < 300)
    return [
      {
        ...at,
        problem: `container ${name} has no key for temporary URLs (X-Container-Meta-Temp-Url-Key)`,
        expected: `the key that the program has set on it: ${why}, and would be refused (401)`,
        remedy: anew(name),
      },
    ];
  if (status === 401 || status === 403)
    return [
      {
        ...at,
        problem: `the account may not use the object store at ${url} (${status} for container ${name})`,
        expected: "an account that may make containers there",
        remedy: "ask the cloud's operator for the role that Swift demands (operator_roles: member, swiftoperator)",
      },
    ];
  return [
    {
      ...at,
      problem: `the object store at ${url} answered ${status} for container ${name}`,
      expected: "the container (204), or that there is none yet (404)",
      remedy: "try again, or ask the cloud's operator",
    },
  ];
}

function containerDiagnostics({
  checks: { tempUrls, containers },
  objectStore: { url },
}: PreflightFacts): Diagnostic[] {
  if (containers.value) return containers.value.flatMap((seen) => containerDiagnostic(seen, url));
  // what keeps the one question from being answered keeps the other, too: it is told once
  if (tempUrls.error !== undefined) return [];
  const problem = `the object store at ${url} did not tell of its containers: ${containers.error}`;
  return [{ ...at, problem, expected: "an answer", remedy: "try again, or ask the cloud's operator" }];
}

/**
 * Whether the object store takes the signed URLs that the program makes, and has their containers. It is asked with the
 * authorities of cacert beside the public ones, and a machine trusts the same: cacert by its pointer config, beside its own
 * trust store.
 */
export function objectStoreDiagnostics(facts: PreflightFacts): Diagnostic[] {
  return [...tempUrlDiagnostics(facts), ...containerDiagnostics(facts)];
}

function tempUrlDiagnostics({ checks, objectStore }: PreflightFacts): Diagnostic[] {
  const { value, error } = checks.tempUrls;
  if (error !== undefined)
    return [
      {
        ...at,
        problem: `the object store at ${objectStore.url} cannot be asked: ${error}`,
        expected: `an answer that the authorities of clouds.yaml's cacert vouch for: ${why}`,
        remedy: "check cacert in clouds.yaml and the way to the object store",
      },
    ];
  if (!value.supported)
    return [{ ...at, problem: "the object store knows no temporary URLs", expected: `temporary URLs: ${why}`, remedy }];
  if (!value.keyPerContainer)
    return [
      {
        ...at,
        problem: "the object store knows keys of temporary URLs for a whole account only, as Ceph RGW does",
        expected: `a key of each container, as Swift has it: ${why}, and would be refused (401)`,
        remedy:
          "ask the cloud's operator for a Swift (docs.ceph.com, Temp URL Operations: container keys are not supported)",
      },
    ];
  if (value.digests === undefined)
    return [
      {
        ...at,
        problem: "the object store does not say which digests its temporary URLs take",
        expected: `${digest}: older releases know sha1 only, and a machine could not fetch its Ignition config`,
        remedy: "ask the cloud's operator, then leave this check out by preflight.skip",
        warning: true,
      },
    ];
  if (value.digests.includes(digest)) return [];
  const problem = `the object store takes temporary URLs signed with ${value.digests.join(", ")} only`;
  return [{ ...at, problem, expected: `${digest}: ${why}`, remedy }];
}
