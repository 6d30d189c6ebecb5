import { z } from "zod";
import { isOfTrunk, portTypes, workerOfPort } from "../../components/ports/names.ts";

/**
 * What a preview would change, by workers, from what `pulumi preview --json` prints (pulumi/pulumi, pkg/display/json.go,
 * PreviewDigest). It has no violations of policies, and its values, which may be long, are not looked at.
 */

const step = z.object({
  op: z.string(),
  urn: z.string(),
  replaceReasons: z.array(z.string()).nullish(),
  diffReasons: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
});

export const digestSchema = z.object({
  steps: z.array(step).nullish(),
  diagnostics: z.array(z.object({ message: z.string().default(""), severity: z.string().default("info") })).nullish(),
  changeSummary: z.record(z.string(), z.number()).nullish(),
});

export type Digest = z.infer<typeof digestSchema>;
type Step = z.infer<typeof step>;

/** What becomes of a worker or of another resource, the gravest first. */
export const kinds = ["replace", "detach", "attach", "take over", "update"] as const;
export type Kind = (typeof kinds)[number];

export interface Change {
  /** name of a worker; of another resource its type and its name */
  readonly name: string;
  readonly kind: Kind;
  /** what causes a replacement or an update, as `Instance: metadata.image` */
  readonly because: readonly string[];
}

export interface Changes {
  readonly workers: readonly Change[];
  readonly others: readonly Change[];
  readonly unchanged: number;
  readonly messages: readonly { readonly severity: string; readonly text: string }[];
  /** whether anything is replaced or detached */
  readonly isGrave: boolean;
}

const replacing = /^(replace|create-replacement|delete-replaced|import-replacement|read-replacement|discard-replaced)$/;

/** Kind of a single step; undefined: nothing is changed by it. */
function kindOf({ op }: Step): Kind | undefined {
  if (replacing.test(op)) return "replace";
  if (op === "delete") return "detach";
  if (op === "create") return "attach";
  if (op === "import") return "take over";
  return op === "update" ? "update" : undefined;
}

const workerType = "openstack-baremetal-compute:index:BaremetalWorker";

interface Resource {
  readonly name: string;
  /** e.g. `openstack:compute/instance:Instance` */
  readonly token: string;
  /** the last part of its type, e.g. `Instance` */
  readonly type: string;
  /** undefined: it is not one of a worker's */
  readonly worker: string | undefined;
  /** the engine's own, which stand for no object: the stack and components */
  readonly isComponent: boolean;
}

/** `urn:pulumi:<stack>::<project>::<types of its parents>$<type>::<name>` */
function resourceOf(urn: string): Resource {
  const [, , chain = "", ...rest] = urn.split("::");
  const name = rest.join("::");
  const types = chain.split("$");
  const token = types.at(-1) ?? "";
  const ofWorker = portTypes.includes(token) ? workerOfPort(name) : name;
  return {
    name,
    token,
    type: token.split(":").at(-1) ?? "",
    worker: types.includes(workerType) ? ofWorker : undefined,
    isComponent: token === "pulumi:pulumi:Stack" || token.startsWith("openstack-baremetal-compute:index:"),
  };
}

interface Found extends Resource {
  readonly kind: Kind;
  readonly because: readonly string[];
}

/**
 * What a replacement is because of. The engine's own reasons lack a key within another one, as `metadata.image`, which a
 * program says by replaceOnChanges (pkg/resource/deploy, applyReplaceOnChanges): the difference itself has it.
 */
function replacingKeys({ replaceReasons, detailedDiff }: Step): readonly string[] {
  if (replaceReasons && replaceReasons.length > 0) return replaceReasons;
  return Object.entries(detailedDiff ?? {}).flatMap(([key, { kind }]) => (kind.endsWith("-replace") ? [key] : []));
}

function found(each: Step): Found[] {
  const resource = resourceOf(each.urn);
  const own = kindOf(each);
  if (!own || resource.isComponent) return [];
  // VLANs come and go in place
  const kind = own !== "replace" && portTypes.includes(resource.token) && isOfTrunk(resource.name) ? "update" : own;
  const keys = kind === "replace" ? replacingKeys(each) : kind === "update" ? each.diffReasons : [];
  return [{ ...resource, kind, because: (keys ?? []).map((key) => `${resource.type}: ${key}`) }];
}

/** The gravest kind decides: a server is replaced with all that belongs to it, whatever is made anew beside it. */
function merged(name: string, parts: readonly Found[]): Change {
  const kind = kinds.find((each) => parts.some((part) => part.kind === each)) ?? "update";
  const because = parts.filter((part) => part.kind === kind).flatMap((part) => part.because);
  return { name, kind, because: [...new Set(because)] };
}

function byName(parts: readonly Found[], nameOf: (part: Found) => string): Change[] {
  const groups = Map.groupBy(parts, nameOf);
  const changes = [...groups].map(([name, group]) => merged(name, group));
  return changes.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}

/** The engine colours its messages by tags like `<{%reset%}>`. */
const plain = (text: string): string => text.replaceAll(/<\{%[^%]*%\}>/g, "").trim();

export function changesOf({ steps, diagnostics, changeSummary }: Digest): Changes {
  const all = (steps ?? []).flatMap(found);
  const workers = byName(
    all.filter(({ worker }) => worker !== undefined),
    ({ worker = "" }) => worker,
  );
  const others = byName(
    all.filter(({ worker }) => worker === undefined),
    ({ type, name }) => `${type} ${name}`,
  );
  return {
    workers,
    others,
    unchanged: changeSummary?.["same"] ?? 0,
    messages: (diagnostics ?? []).map(({ severity, message }) => ({ severity, text: plain(message) })),
    isGrave: [...workers, ...others].some(({ kind }) => kind === "replace" || kind === "detach"),
  };
}
