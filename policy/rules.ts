/**
 * The rules of the policy pack, on plain data: what each returns are violations, each with what was expected and what to
 * type. The pack is a folder that can be copied as it is, and imports nothing of the program.
 */

/** What the engine tells a policy of a resource that is declared (@pulumi/policy, ResourceValidationArgs). */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: {
    readonly protect: boolean;
    readonly deleteBeforeReplace?: boolean;
    readonly customTimeouts: { readonly createSeconds: number; readonly deleteSeconds: number };
  };
}

export const types = {
  server: "openstack:compute/instance:Instance",
  port: "openstack:networking/port:Port",
  container: "openstack:objectstorage/container:Container",
  claim: "openshift-node:index:NodeClaim",
  drain: "openshift-node:index:NodeDrain",
  node: "openshift-node:index:OpenShiftNode",
  membership: "openshift-node:index:PoolMembership",
} as const;

/** `urn:pulumi:<stack>::<project>::<types>::<name>` */
const stackOf = (urn: string): string => urn.split("::")[0]?.split(":")[2] ?? "";

/** Names of production stacks unless the pack's config says otherwise: `production`, `prod-eu`, `cluster-a.production`. */
export const productionPattern = "(^|[-_.])prod(uction)?($|[-_.])";

const isProduction = (urn: string, pattern: string): boolean => new RegExp(pattern).test(stackOf(urn));

/** Seconds as they are written in a stack file. */
const shown = (seconds: number): string => (seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`);

export interface Bounds {
  /** minutes */
  readonly minimumCreate: number;
  /** minutes */
  readonly minimumDelete: number;
}

/**
 * A build below an hour: Ironic notices a lost deployment ramdisk after 30 minutes, and Nova then tries another machine. A
 * deletion below half an hour: a soft power-off alone takes up to 10 minutes. Without a timeout the provider's own applies, 30
 * minutes for either, which is for virtual machines.
 */
export const metalBounds: Bounds = { minimumCreate: 60, minimumDelete: 30 };

function timeoutViolation(
  { name }: Declared,
  [action, key]: readonly [string, string],
  seconds: number,
  minimum: number,
): string[] {
  if (seconds >= minimum * 60) return [];
  const problem = seconds === 0 ? "is not set" : `is ${shown(seconds)}`;
  return [
    `server ${name}: its timeout for ${action} ${problem}, expected at least ${minimum}m for a physical machine; set ${key} of its pool or class`,
  ];
}

/** Timeouts that fit a physical machine. */
export function serverTimeouts(declared: Declared, { minimumCreate, minimumDelete }: Bounds): string[] {
  if (declared.type !== types.server) return [];
  const { createSeconds, deleteSeconds } = declared.opts.customTimeouts;
  return [
    ...timeoutViolation(declared, ["creation", "timeouts.provision"], createSeconds, minimumCreate),
    ...timeoutViolation(declared, ["deletion", "timeouts.delete"], deleteSeconds, minimumDelete),
  ];
}

/** One machine cannot be two servers, nor one address be on two ports. */
export function deleteBeforeReplace({ type, name, opts }: Declared): string[] {
  const kind = type === types.server ? "server" : type === types.port ? "port" : undefined;
  if (kind === undefined || opts.deleteBeforeReplace === true) return [];
  return [
    `${kind} ${name}: it would be created anew before it is deleted, expected the other order: its machine and its address exist once; give it the resource option deleteBeforeReplace: true`,
  ];
}

/**
 * Elements of a Swift read ACL that need no token: by the referrer, which any client can claim to be
 * (swift/common/middleware/acl.py, clean_acl). One that begins with a minus sign takes a referrer away.
 */
const publicReaders = (acl: string): string[] =>
  acl
    .split(",")
    .map((element) => element.trim())
    .filter((element) => /^\.r(?:ef(?:err?er)?)?\s*:(?!\s*-)/.test(element));

/** An Ignition config has what is needed to join a cluster: it is read by signed URLs only. */
export function privateContainer({ type, name, props }: Declared): string[] {
  const acl = props["containerRead"];
  if (type !== types.container || typeof acl !== "string") return [];
  const found = publicReaders(acl);
  if (found.length === 0) return [];
  return [
    `container ${name}: containerRead "${found.join(",")}" lets everybody read it, expected no public reader; remove it: machines fetch their config by signed URLs`,
  ];
}

const protectable: readonly string[] = [
  types.server,
  types.port,
  types.claim,
  types.drain,
  types.node,
  types.membership,
];

/** Workers in production are detached by two updates: one that lifts the protection, and one that detaches. */
export function protectedInProduction({ type, name, urn, opts }: Declared, pattern: string): string[] {
  if (!protectable.includes(type) || opts.protect || !isProduction(urn, pattern)) return [];
  return [
    `${type} ${name}: it is not protected in the production stack ${stackOf(urn)}; set protect: true on its pool, or lift it for one update`,
  ];
}

/** `pools[gpu]` is the path of a pool in the config. */
const poolOf = (path: unknown): string | undefined =>
  typeof path === "string" ? /^pools\["?([^"]+)"?\]$/.exec(path)?.[1] : undefined;

/** A drain in production ends with an error, not with pods that are deleted. */
export function noForcedDrain(
  { type, name, urn, props }: Declared,
  pattern: string,
  exceptPools: readonly string[],
): string[] {
  const drain = props["drain"] as { readonly onTimeout?: unknown } | undefined;
  if (type !== types.drain || drain?.onTimeout !== "force" || !isProduction(urn, pattern)) return [];
  const pool = poolOf(props["configPath"]);
  if (pool !== undefined && exceptPools.includes(pool)) return [];
  return [
    `worker ${name}: drain.onTimeout is force in the production stack ${stackOf(urn)}, which deletes the pods that are left at the deadline; set drain.onTimeout: fail, or add ${pool ?? "its pool"} to exceptPools in the policy's config`,
  ];
}
