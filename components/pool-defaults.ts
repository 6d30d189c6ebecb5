import { ownTerms, sumOf } from "./ignition/url-lifetime.ts";
import { defaultDrain, defaultTimeouts, secondsOf } from "./lifecycle/defaults.ts";
import type { PoolSpec, WorkerPoolArgs } from "./worker-pool.ts";

type Defaults = Pick<
  PoolSpec,
  | "formerOwners"
  | "labels"
  | "taints"
  | "timeouts"
  | "drain"
  | "rollout"
  | "machineConfigPool"
  | "machineConfigPools"
  | "serving"
> &
  Pick<WorkerPoolArgs, "urlLifetime" | "replaced" | "editedPorts" | "inCloud">;

const { provision, boot, servingCsr, ready, delete: deletion, nodeRemoval } = defaultTimeouts;

const timeouts = {
  provision: secondsOf(provision),
  boot: secondsOf(boot),
  servingCsr: secondsOf(servingCsr),
  ready: secondsOf(ready),
  delete: secondsOf(deletion),
  nodeRemoval: secondsOf(nodeRemoval),
};

const drain = { ...defaultDrain, timeout: secondsOf(defaultDrain.timeout) };

/**
 * What a new pool has unless its program says otherwise: the defaults of a stack's config, and nothing known of workers that
 * exist. A program that updates pools has to read `serving`, `replaced`, `editedPorts` and `inCloud` (docs/build-on.md).
 */
export const poolDefaults: Defaults = {
  formerOwners: [],
  labels: {},
  taints: [],
  timeouts,
  drain,
  rollout: { maxUnavailable: 1, ignore: [] },
  machineConfigPool: "worker",
  machineConfigPools: [],
  serving: new Set(),
  urlLifetime: sumOf(ownTerms({ timeouts, drain })),
  replaced: new Set(),
  editedPorts: new Set(),
  inCloud: new Map(),
};
