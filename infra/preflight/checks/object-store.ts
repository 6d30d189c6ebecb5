import type { Fault } from "../../diagnostics/diagnostic.ts";
import type { ContainerSeen, PreflightFacts } from "../../discovery/facts.ts";

/** With what the program signs; components/ignition/temp-url.ts. */
const digest = "sha256";

const fix = "ask the cloud's operator to enable it (Swift: middleware tempurl, allowed_digests)";
const why = "the machines fetch their Ignition config by such a URL";

const at = { check: "object-store", path: "cloud" };

/** Which commands bring a container back whose key is gone: the state keeps the container, and the provider never looks. */
const anew = (name: string): string =>
  `delete it (openstack container delete --recursive ${name}), run \`pulumi refresh\`, then \`pulumi up\`, which makes it ` +
  "anew; the workers that have joined do not need it";

/** What the object store's answer says against the container of a pool. */
function containerFault({ name, status, keyed }: ContainerSeen, url: string): Fault[] {
  if (status === 404 || (status < 300 && keyed)) return [];
  if (status < 300)
    return [
      {
        ...at,
        what: `container ${name} has no key for temporary URLs (X-Container-Meta-Temp-Url-Key)`,
        expected: `the key that the program has set on it: ${why}, and would be refused (401)`,
        fix: anew(name),
      },
    ];
  if (status === 401 || status === 403)
    return [
      {
        ...at,
        what: `the account may not use the object store at ${url} (${status} for container ${name})`,
        expected: "an account that may make containers there",
        fix: "ask the cloud's operator for the role that Swift demands (operator_roles: member, swiftoperator)",
      },
    ];
  return [
    {
      ...at,
      what: `the object store at ${url} answered ${status} for container ${name}`,
      expected: "the container (204), or that there is none yet (404)",
      fix: "try again, or ask the cloud's operator",
    },
  ];
}

function containerFaults({ checks: { tempUrls, containers }, objectStore: { url } }: PreflightFacts): Fault[] {
  if (containers.answer) return containers.answer.flatMap((seen) => containerFault(seen, url));
  // what keeps the one question from being answered keeps the other, too: it is told once
  if (tempUrls.trouble !== undefined) return [];
  const what = `the object store at ${url} did not tell of its containers: ${containers.trouble}`;
  return [{ ...at, what, expected: "an answer", fix: "try again, or ask the cloud's operator" }];
}

/**
 * Whether the object store takes the signed URLs that the program makes, and has their containers. It is asked with the
 * authorities of cacert beside the public ones, and a machine trusts the same: cacert by its pointer config, beside its own
 * trust store.
 */
export function objectStoreFaults(facts: PreflightFacts): Fault[] {
  return [...tempUrlFaults(facts), ...containerFaults(facts)];
}

function tempUrlFaults({ checks, objectStore }: PreflightFacts): Fault[] {
  const { answer, trouble } = checks.tempUrls;
  if (trouble !== undefined)
    return [
      {
        ...at,
        what: `the object store at ${objectStore.url} cannot be asked: ${trouble}`,
        expected: `an answer that the authorities of clouds.yaml's cacert vouch for: ${why}`,
        fix: "check cacert in clouds.yaml and the way to the object store",
      },
    ];
  if (!answer.supported)
    return [{ ...at, what: "the object store knows no temporary URLs", expected: `temporary URLs: ${why}`, fix }];
  if (!answer.keyPerContainer)
    return [
      {
        ...at,
        what: "the object store knows keys of temporary URLs for a whole account only, as Ceph RGW does",
        expected: `a key of each container, as Swift has it: ${why}, and would be refused (401)`,
        fix: "ask the cloud's operator for a Swift (docs.ceph.com, Temp URL Operations: container keys are not supported)",
      },
    ];
  if (answer.digests === undefined)
    return [
      {
        ...at,
        what: "the object store does not say which digests its temporary URLs take",
        expected: `${digest}: older releases know sha1 only, and a machine could not fetch its Ignition config`,
        fix: "ask the cloud's operator, then leave this check out by preflight.skip",
        warning: true,
      },
    ];
  if (answer.digests.includes(digest)) return [];
  const what = `the object store takes temporary URLs signed with ${answer.digests.join(", ")} only`;
  return [{ ...at, what, expected: `${digest}: ${why}`, fix }];
}
