import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { FlavorFacts, ImageFacts, NotFound, PoolFacts, PreflightFacts } from "../../discovery/facts.ts";
import { found, isResolved } from "../../discovery/found.ts";
import { createsServer, type PlannedChange } from "../changes/plan.ts";

const zeroed = ["resources:VCPU", "resources:MEMORY_MB", "resources:DISK_GB"];

function whyNotBaremetal(extraSpecs: Readonly<Record<string, string>>): string | undefined {
  const classes = Object.entries(extraSpecs).filter(([key]) => key.startsWith("resources:CUSTOM_"));
  const [first] = classes;
  if (!first) return "requests no custom resource class";
  if (classes.length > 1) return `requests ${classes.length} custom resource classes`;
  if (first[1] !== "1") return `requests ${first[1]} of ${first[0].slice("resources:".length)}`;
  const kept = zeroed.filter((key) => extraSpecs[key] !== "0");
  return kept.length > 0 ? `does not set ${kept.join(", ")} to 0` : undefined;
}

function flavorClass(flavor: FlavorFacts, path: string): Diagnostic[] {
  const reason = whyNotBaremetal(flavor.extraSpecs);
  if (reason === undefined) return [];
  return [
    {
      check: "flavor",
      path: `${path}.flavor`,
      problem: `flavor "${flavor.name}" ${reason}`,
      expected: `exactly one resources:CUSTOM_<class>=1, and ${zeroed.map((key) => `${key}=0`).join(", ")}`,
      remedy: `choose a flavor of a bare-metal class, or ask the cloud's operator to correct this one (openstack flavor show ${flavor.name})`,
    },
  ];
}

/** nova/scheduler/utils.py, ResourceRequest: `trait:<name>` or `trait<group>:<name>`, required or forbidden. */
const traitKey = /^trait([a-zA-Z0-9_-]{1,64})?:(.*)$/;
/** os_traits: letters, digits and `_`; an operator's own begins with CUSTOM_. At most 255 characters. */
const traitName = /^[A-Z][A-Z0-9_]{0,254}$/;

function flavorTraits(flavor: FlavorFacts, path: string): Diagnostic[] {
  const wrong = Object.entries(flavor.extraSpecs).filter(([key, value]) => {
    const match = traitKey.exec(key);
    return match && (!traitName.test(match[2] ?? "") || (value !== "required" && value !== "forbidden"));
  });
  return wrong.map(([key, value]) => ({
    check: "flavor",
    path: `${path}.flavor`,
    problem: `flavor "${flavor.name}" has ${key}=${value}`,
    expected: "trait:<NAME>=required or trait:<NAME>=forbidden, NAME of capital letters, digits and _",
    remedy: "ask the cloud's operator to correct the flavor: Nova finds no machine for it",
  }));
}

/** What Ironic writes to a disk. */
const diskFormats = ["raw", "qcow2"];
const gib = 1024 ** 3;

function imageFit(flavor: FlavorFacts, image: ImageFacts): [what: string, expected: string][] {
  const disk = flavor.disk;
  const sized = disk > 0 && image.minDisk > disk;
  return [
    ...(diskFormats.includes(image.diskFormat)
      ? []
      : [
          [`has the disk format ${image.diskFormat}`, `a format that Ironic writes: ${diskFormats.join(" or ")}`] as [
            string,
            string,
          ],
        ]),
    ...(sized
      ? [
          [`needs a disk of ${image.minDisk} GiB`, `at most the ${disk} GiB of flavor "${flavor.name}"`] as [
            string,
            string,
          ],
        ]
      : []),
    ...(!sized && disk > 0 && image.size > disk * gib
      ? [
          [
            `has a size of ${Math.ceil(image.size / gib)} GiB`,
            `at most the ${disk} GiB of flavor "${flavor.name}"`,
          ] as [string, string],
        ]
      : []),
    ...(image.minRam > flavor.ram
      ? [
          [`needs ${image.minRam} MiB of RAM`, `at most the ${flavor.ram} MiB of flavor "${flavor.name}"`] as [
            string,
            string,
          ],
        ]
      : []),
  ];
}

function fit(flavor: FlavorFacts, image: ImageFacts, path: string): Diagnostic[] {
  return imageFit(flavor, image).map(([what, expected]) => ({
    check: "image",
    path: `${path}.image`,
    problem: `image "${image.name}" ${what}`,
    expected,
    remedy: "choose another image or flavor",
  }));
}

function distribution({ name, distro }: ImageFacts, path: string): Diagnostic[] {
  if (distro === undefined || /^(rhcos|scos|fedora-coreos|fcos|coreos)/i.test(distro)) return [];
  return [
    {
      check: "image",
      path: `${path}.image`,
      problem: `image "${name}" has the property os_distro=${distro}`,
      expected: "RHCOS, or another CoreOS: other systems do not support Ignition",
      remedy:
        "choose the cluster's RHCOS image, or correct the property: openstack image set --property os_distro=rhcos <image>",
      warning: true,
    },
  ];
}

/** What the cloud did not return: an error if the pool's servers are created from it now, else a warning. */
function missing(object: FlavorFacts | ImageFacts | NotFound, pool: string, needed: boolean): Diagnostic[] {
  if (!("notFound" in object)) return [];
  if (needed) return [object.notFound];
  const problem = `${object.notFound.problem}: the workers of pool ${pool} stay as they are, but none can be created or replaced`;
  return [{ ...object.notFound, problem, warning: true }];
}

function judge(facts: PoolFacts, path: string): Diagnostic[] {
  const flavor = found(facts.flavor);
  const image = found(facts.image);
  return [
    ...(flavor ? [...flavorClass(flavor, path), ...flavorTraits(flavor, path)] : []),
    ...(flavor && image ? fit(flavor, image, path) : []),
    ...(image ? distribution(image, path) : []),
  ];
}

/** Whether Nova and Ironic can create a worker from the flavor and the image of its pool. */
export function flavorAndImageDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cloud, checks }: Pick<PreflightFacts, "cloud" | "checks">,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  // without the list of servers or what the ports name, nothing is planned, and servers may be created all the same
  const isNeeded = (path: string, facts: PoolFacts): boolean =>
    !checks.servers.value ||
    !isResolved(facts) ||
    changes.some((change) => change.place?.pool === path && createsServer(change));
  return pools.flatMap(({ name }, i) => {
    const facts = cloud.pools[i];
    const path = poolPath(name);
    if (!facts) return [];
    const needed = isNeeded(path, facts);
    return [...missing(facts.flavor, name, needed), ...missing(facts.image, name, needed), ...judge(facts, path)];
  });
}
