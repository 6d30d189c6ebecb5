import { isDeepStrictEqual } from "node:util";
import { formatDuration } from "../../lib/duration.ts";
import { own } from "../../lib/objects.ts";
import { describeTaint, idOf } from "../metadata/taints.ts";
import { difference, topOf } from "../operation/diff.ts";
import { hasUnknown, isUnknown, type Plain, type Properties } from "../operation/property-values.ts";
import type { Taint } from "../operation/types.ts";
import { isDuration } from "../schemas/fields.ts";
import { drain, nodeInputs } from "../schemas/openshift-node.ts";
import { admits, type Repair } from "./drift.ts";

/** An update that replaces nothing. */
export interface InPlace {
  /** inputs of the last update */
  readonly before: Properties;
  /** inputs now, perhaps with unknown values */
  readonly after: Properties;
  readonly repairs: readonly Repair[];
  /** names of the inputs whose values must not be shown */
  readonly secret: ReadonlySet<string>;
}

type Show = (value: Plain | undefined) => string;

/**
 * The planned in-place changes of a worker, in one line; undefined: none.
 * `lab-metal-0: in place (label rack none -> r1, drain.timeout 30m -> 45m, taint gpu:NoSchedule removed)`
 */
export function inPlaceLine({ before, after, repairs, secret }: InPlace): string | undefined {
  const paths = [...difference(before, after, []).changes.keys()];
  // an edited property differs from the Node, too: that is no drift
  const drifted = repairs.filter(({ path }) => !paths.some((it) => it === path || it.startsWith(`${path}[`)));
  const reasons = [
    ...[...new Set(paths.map(topOf))].flatMap((key) =>
      describe(key, own(before, key), own(after, key), secret.has(key)),
    ),
    ...new Set(drifted.map(({ what }) => `repairs ${what}`)),
  ];
  return reasons.length === 0 ? undefined : `${plain(after["nodeName"])}: in place (${reasons.join(", ")})`;
}

function describe(key: string, before: Plain | undefined, after: Plain | undefined, secret: boolean): string[] {
  if (secret) return [`${key} changed, a secret`];
  if (key === "readmit") return [after === true ? admits : "readmit removed"];
  if (key === "taints") return hasUnknown(after) ? ["taints not known yet"] : taints(asTaints(before), asTaints(after));
  if (key === "labels") return entries(before, after, (label) => [`label ${label}`, plain]);
  if (key === "drain") return entries(before, after, (name) => [`drain.${name}`, ofDrain(name)]);
  if (key === "timeouts") return entries(before, after, (name) => [`timeouts.${name}`, duration]);
  return [arrow(key, before, after, plain)];
}

function entries(
  before: Plain | undefined,
  after: Plain | undefined,
  how: (name: string) => [what: string, show: Show],
): string[] {
  const [olds, news] = [asObject(before), asObject(after)];
  const names = [...new Set([...Object.keys(news), ...Object.keys(olds)])];
  return names
    .filter((name) => !isDeepStrictEqual(own(olds, name) ?? null, own(news, name) ?? null))
    .map((name) => {
      const [what, show] = how(name);
      return arrow(what, own(olds, name), own(news, name), show);
    });
}

/** A key and an effect tell a taint from another (taints.ts). */
function taints(before: readonly Taint[], after: readonly Taint[]): string[] {
  const olds = new Map(before.map((it) => [idOf(it), it]));
  const news = new Map(after.map((it) => [idOf(it), it]));
  const now = after.flatMap((it) => {
    const old = olds.get(idOf(it));
    if (!old) return [`taint ${describeTaint(it)} added`];
    return describeTaint(old) === describeTaint(it) ? [] : [`taint ${describeTaint(old)} -> ${describeTaint(it)}`];
  });
  const gone = before.filter((it) => !news.has(idOf(it))).map((it) => `taint ${describeTaint(it)} removed`);
  const all = [...now, ...gone];
  return all.length === 0 ? ["order of the taints"] : all;
}

const arrow = (what: string, before: Plain | undefined, after: Plain | undefined, show: Show): string =>
  `${what} ${show(before)} -> ${show(after)}`;

const plain: Show = (value) => {
  if (value === undefined || value === null) return "none";
  if (isUnknown(value)) return "not known yet";
  if (Array.isArray(value)) return value.map(plain).join(", ") || "none";
  if (typeof value === "object") return JSON.stringify(value);
  return value === "" ? '""' : String(value);
};

const duration: Show = (value) => (typeof value === "number" ? formatDuration(value) : plain(value));

const gracePeriod: Show = (value) => (value === -1 ? "the pod's own" : duration(value));

function ofDrain(name: string): Show {
  if (name === "gracePeriod") return gracePeriod;
  return isDuration(drain.shape, name) ? duration : plain;
}

function asObject(value: Plain | undefined): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function asTaints(value: Plain | undefined): Taint[] {
  return nodeInputs.shape.taints.safeParse(value ?? []).data ?? [];
}
