import { isIP } from "node:net";
import { labelErrors, taintErrors } from "../../kubernetes/labels.ts";
import { propertyPath } from "../operation/diff.ts";
import { hasUnknown, isUnknown, type Plain, type Properties } from "../operation/property-values.ts";
import type { Taint } from "../operation/types.ts";

/** One error of the inputs: the path of the property and what is wrong with it. */
export interface CheckFailure {
  property: string;
  reason: string;
}

interface Rule {
  says: string;
  holds: (value: Plain) => boolean;
}
interface Items {
  each: Rule;
  min: number;
}
/** For what one sentence cannot say. */
type Judge = (value: Plain, property: string) => CheckFailure[];
type Expectation = Rule | Items | Judge | Shape;
interface Shape {
  [property: string]: Expectation;
}

const oneOf = (...values: string[]): Rule => ({
  says: `must be one of ${values.join(", ")}`,
  holds: (it) => typeof it === "string" && values.includes(it),
});

const dnsName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const text: Rule = { says: "must be a non-empty string", holds: (it) => typeof it === "string" && it !== "" };
const flag: Rule = { says: "must be true or false", holds: (it) => typeof it === "boolean" };
const seconds: Rule = { says: "must be a number of seconds above 0", holds: (it) => typeof it === "number" && it > 0 };
const nodeName: Rule = {
  says: "must be a name that a Node can have (RFC 1123 subdomain, at most 253 characters)",
  holds: (it) => typeof it === "string" && it.length <= 253 && dnsName.test(it),
};
const time: Rule = {
  says: "must be a time as in RFC 3339",
  holds: (it) => typeof it === "string" && /^\d{4}-\d\d-\d\dT/.test(it) && !Number.isNaN(Date.parse(it)),
};
const address: Rule = { says: "must be an IP address", holds: (it) => typeof it === "string" && isIP(it) !== 0 };
const grace: Rule = {
  says: "must be a whole number of seconds, or -1 for the pod's own grace period",
  holds: (it) => typeof it === "number" && Number.isInteger(it) && it >= -1,
};

const labels: Judge = (value, property) => {
  if (!isObject(value)) return [{ property, reason: "must be an object of strings" }];
  const entries = Object.entries(value);
  // what a preview does not know yet is judged by its key alone: every label may be empty
  const texts = entries.flatMap(([key, it]) =>
    typeof it === "string" ? [[key, isUnknown(it) ? "" : it] as const] : [],
  );
  return [
    ...entries
      .filter(([, it]) => typeof it !== "string")
      .map(([key]) => ({ property: propertyPath(property, key), reason: "must be a string" })),
    ...labelErrors(Object.fromEntries(texts)).map(({ key, reason }) => ({
      property: propertyPath(property, key),
      reason,
    })),
  ];
};

const taints: Judge = (value, property) => {
  if (!Array.isArray(value)) return [{ property, reason: "must be a list of taints" }];
  const shaped = value.flatMap((it, i) =>
    isUnknown(it) ? [] : shape(it, taintShape, taintOptional, `${property}[${i}]`),
  );
  if (shaped.length > 0) return shaped;
  // one that is not known yet is not judged, and keeps its place
  const known = value.flatMap((it, i) => (hasUnknown(it) ? [] : [{ ...(it as unknown as Taint), at: i }]));
  return taintErrors(known).map(({ index, reason }) => ({
    property: `${property}[${known[index]?.at ?? index}]`,
    reason,
  }));
};

const string: Rule = { says: "must be a string", holds: (it) => typeof it === "string" };
const taintShape = { key: string, effect: string };
const taintOptional = { value: string };

export const claimShape = { nodeName, owner: text, removeTimeout: seconds };

/** Optional on a NodeClaim: where its bound stands in the stack's config, for messages. */
export const claimOptional = { configPath: text };

const member: Rule = {
  says: "must be a member: nodeName and serverId",
  holds: (it) => typeof it === "object" && it !== null && "nodeName" in it && "serverId" in it,
};

export const membershipShape = {
  pool: text,
  owner: text,
  members: { each: member, min: 0 },
  cordonTimeout: seconds,
  configPath: text,
};

export const nodeShape = {
  nodeName,
  owner: text,
  serverId: text,
  serverCreated: time,
  powerState: text,
  fixedIps: { each: address, min: 1 },
  timeouts: {
    provision: seconds,
    boot: seconds,
    servingCsr: seconds,
    ready: seconds,
    delete: seconds,
    nodeRemoval: seconds,
  },
  drain: {
    timeout: seconds,
    gracePeriod: grace,
    deleteEmptyDirData: flag,
    force: flag,
    disableEviction: flag,
    onTimeout: oneOf("fail", "force"),
  },
  labels,
  taints,
  configPath: text,
};

/** Optional on an OpenShiftNode: the URN of its server, for messages, and what its server was made from. */
export const nodeOptional = { serverUrn: text, specHash: text };

/** All errors of the inputs at once. Values that a preview does not know yet pass. */
export function check(inputs: Properties, required: Shape, optional: Shape = {}): CheckFailure[] {
  return [...missing(inputs, required), ...problems(inputs, { ...required, ...optional }, "")];
}

function missing(inputs: Properties, required: Shape): CheckFailure[] {
  return Object.keys(required)
    .filter((key) => inputs[key] === undefined || inputs[key] === null)
    .map((property) => ({ property, reason: "is required" }));
}

function problems(inputs: Properties, shape: Shape, prefix: string): CheckFailure[] {
  return Object.entries(inputs).flatMap(([key, value]) => {
    const property = prefix + key;
    const rule = shape[key];
    if (key.startsWith("__") || value === null || isUnknown(value)) return [];
    return rule === undefined
      ? [{ property, reason: "is not a property of this resource" }]
      : judge(value, rule, property);
  });
}

function judge(value: Plain, rule: Expectation, property: string): CheckFailure[] {
  if (typeof rule === "function") return rule(value, property);
  if (isRule(rule)) return rule.holds(value) ? [] : [{ property, reason: rule.says }];
  if (!isItems(rule)) return shape(value, rule, {}, property);
  if (!Array.isArray(value) || value.length < rule.min) {
    return [{ property, reason: `must be a list of at least ${rule.min}` }];
  }
  return value.flatMap((it, i) => (isUnknown(it) ? [] : judge(it, rule.each, `${property}[${i}]`)));
}

function shape(value: Plain, required: Shape, optional: Shape, property: string): CheckFailure[] {
  if (!isObject(value)) return [{ property, reason: "must be an object" }];
  const inner = missing(value, required).map((it) => ({ ...it, property: `${property}.${it.property}` }));
  return [...inner, ...problems(value, { ...required, ...optional }, `${property}.`)];
}

function isObject(value: Plain): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRule(rule: Rule | Items | Shape): rule is Rule {
  return "holds" in rule && typeof rule.holds === "function";
}

function isItems(rule: Items | Shape): rule is Items {
  return "min" in rule && typeof rule.min === "number";
}

/**
 * What the plugin fills in for inputs that were left out. The bounds and the drain policy are those of a pool
 * (infra/config/schema.ts, which says why), in seconds.
 */
export const nodeDefaults: Properties = {
  timeouts: { provision: 6000, boot: 3600, servingCsr: 600, ready: 600, delete: 3600, nodeRemoval: 300 },
  drain: {
    timeout: 1800,
    gracePeriod: -1,
    deleteEmptyDirData: true,
    force: true,
    disableEviction: false,
    onTimeout: "fail",
  },
  labels: {},
  taints: [],
};

export const claimDefaults: Properties = { removeTimeout: 300 };

/** The properties with the defaults of those that are missing, objects in depth; what is unknown stays so. */
export function withDefaults(properties: Properties, defaults: Properties): Properties {
  const result = { ...properties };
  for (const [key, value] of Object.entries(defaults)) {
    const given = result[key] ?? null;
    if (given === null) result[key] = value;
    else if (!isUnknown(given) && isObject(given) && isObject(value)) result[key] = withDefaults(given, value);
  }
  return result;
}
