import { isUnknown, type Properties } from "./wire.ts";

/**
 * What the plugin fills in for inputs that were left out. The bounds and the drain policy are those of a pool
 * (infra/config-schema.ts, which says why), in seconds.
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

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
