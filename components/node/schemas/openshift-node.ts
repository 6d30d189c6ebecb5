import { z } from "zod";
import { labelErrors, type TaintEffect, taintErrors } from "../../kubernetes/labels.ts";
import { defaultDrain, defaultTimeouts, longestTimeout, secondsOf } from "../../lifecycle/defaults.ts";
import { keyPattern } from "../csr/keys.ts";
import type { TimelineEntry } from "../operation/phases.ts";
import { hasUnknown, isUnknown } from "../operation/property-values.ts";
import {
  address,
  flag,
  group,
  integer,
  listOf,
  nodeName,
  oneOf,
  says,
  seconds,
  storedSeconds,
  text,
  time,
  unknownOr,
} from "./fields.ts";

const timeoutsOf = (each: typeof seconds) => ({
  /** Seconds that Nova gets to build the server: its customTimeouts.create. Default 6000. */
  provision: each.default(secondsOf(defaultTimeouts.provision)),
  /** Seconds from an active server to its first certificate request: firmware, Ignition, kubelet. Default 3600. */
  boot: each.default(secondsOf(defaultTimeouts.boot)),
  /** Seconds from the approved client request to the approved serving request. Default 600. */
  servingCsr: each.default(secondsOf(defaultTimeouts.servingCsr)),
  /** Seconds from there to a Ready node. Default 600. */
  ready: each.default(secondsOf(defaultTimeouts.ready)),
  /** Seconds for the node's and, again, for the server's deletion: their customTimeouts.delete. Default 3600. */
  delete: each.default(secondsOf(defaultTimeouts.delete)),
  /** Seconds from the server's end until the Node is gone: removeTimeout of its claim. Default 300. */
  nodeRemoval: each.default(secondsOf(defaultTimeouts.nodeRemoval)),
});

const timeouts = group("Timeouts", timeoutsOf(seconds));

const wholeSeconds = "must be a whole number of seconds, or -1 for the pod's own grace period";

export const drain = group("Drain", {
  /** Seconds for cordon, evictions and the detaching of volumes together. Default 1800. */
  timeout: seconds.default(secondsOf(defaultDrain.timeout)),
  /** Seconds that each pod gets to end; -1: its own grace period. Default -1. */
  gracePeriod: integer(-1, `${wholeSeconds}, at most ${longestTimeout}`, longestTimeout).default(
    defaultDrain.gracePeriod,
  ),
  /** Evict pods whose emptyDir data is lost by it. Default true, as OpenShift's machine controller does. */
  deleteEmptyDirData: flag.default(defaultDrain.deleteEmptyDirData),
  /** Evict pods that no controller brings back. Default true, as OpenShift's machine controller does. */
  force: flag.default(defaultDrain.force),
  /** Delete pods instead of evicting them: disruption budgets do not hold. Default false. */
  disableEviction: flag.default(defaultDrain.disableEviction),
  /** When the time is over: `fail` keeps the server, `force` deletes the pods that are left and goes on. Default `fail`. */
  onTimeout: oneOf(["fail", "force"]).default(defaultDrain.onTimeout),
  /** Volumes on the machine's own disks, whose data ends with it: `refuse` fails the drain, `lose` goes on. Default `refuse`. */
  localVolumes: oneOf(["refuse", "lose"]).default(defaultDrain.localVolumes),
});

/** The same as a state or a passed Check holds it. */
export const storedDrain = unknownOr(
  drain.extend({
    timeout: storedSeconds.default(secondsOf(defaultDrain.timeout)),
    gracePeriod: integer(-1, wholeSeconds).default(defaultDrain.gracePeriod),
  }),
).prefault({});

/** What a Node may have is judged of every label whose value is text, whatever is wrong with the others. */
const labels = z
  .record(z.string(), z.string(says("must be a string")), says("must be an object of strings"))
  .superRefine(
    (given: unknown, context) => {
      if (typeof given !== "object" || given === null || Array.isArray(given)) return;
      const texts = Object.entries(given).flatMap(([key, value]: [string, unknown]) => {
        if (typeof value !== "string") return [];
        // what a preview does not know yet is judged by its key alone: every label may be empty
        return [[key, isUnknown(value) ? "" : value] as const];
      });
      for (const { key, reason, remedy } of labelErrors(Object.fromEntries(texts))) {
        context.addIssue({
          code: "custom",
          path: [key],
          message: remedy === undefined ? reason : `${reason}: ${remedy}`,
        });
      }
    },
    { when: () => true },
  );

const taintPart = z.string(says("must be a string"));

const taint = group("Taint", {
  key: taintPart,
  value: taintPart.optional(),
  // which effects there are is a rule of the whole list
  effect: taintPart.pipe(z.custom<TaintEffect>()),
});

const taints = z.array(unknownOr(taint), says("must be a list of taints")).superRefine((given, context) => {
  // one that is not known yet is not judged, and keeps its place
  const known = given.flatMap((it, at) => (hasUnknown(it) ? [] : [{ ...it, at }]));
  for (const { index, reason } of taintErrors(known)) {
    context.addIssue({ code: "custom", path: [known[index]?.at ?? index], message: reason });
  }
});

/** The inputs of an OpenShiftNode. */
export const nodeInputs = z.object({
  /** Name of the Node and of its server. Changing it replaces the node. */
  nodeName,
  /** Whose worker it is: `<organization>/<project>/<stack>`. */
  owner: text,
  /** What `owner` was before: a Node that still names one of them is the worker's. Default none. */
  formerOwners: listOf(text, 1).optional(),
  /** Id of the Nova server. Another server is another node: this one is drained and replaced. */
  serverId: text,
  /** When Nova made the server, RFC 3339: certificate requests from before are not its own. */
  serverCreated: time,
  /** Power state of the server; anything but `active` is refused. */
  powerState: text,
  /** Fixed IPs of the server's ports: the addresses that the Node may have. */
  fixedIps: listOf(address, 1),
  /**
   * `address`: the cluster has no cloud controller, so that Nodes get no providerID, and name, address and key alone tell the
   * machine. It has to ask for its first certificate within `timeouts.boot` after its server became active. Default: the
   * providerID tells it.
   */
  identity: oneOf(["address"]).optional(),
  /**
   * Timeouts of the worker's phases. Those of the server and of the claim are inputs only to appear in previews: the engine
   * keeps them as customTimeouts, whose changes no preview shows.
   */
  timeouts: unknownOr(timeouts).prefault({}),
  /** How the Node is drained before its server is deleted. */
  drain: unknownOr(drain).prefault({}),
  /**
   * Labels of the Node, besides those that others set: removed from here, they are removed from the Node. Reserved are
   * the keys of Kubernetes and OpenShift, but for `node-role.kubernetes.io/<role>` (value empty, no control plane) and
   * `node-restriction.kubernetes.io/`. Default none. Example `{ "node-role.kubernetes.io/infra": "" }`.
   */
  labels: unknownOr(labels).default({}),
  /**
   * Taints of the Node, besides those that others set, each key and effect once. One that somebody else has set with
   * another value is refused. Default none. Example `[{ key: "dedicated", value: "gpu", effect: "NoSchedule" }]`.
   */
  taints: unknownOr(taints).default([]),
  /** What the server was made from, hexadecimal: an annotation of the Node. */
  specHash: text.optional(),
  /** Path of the pool in the stack's config, e.g. `pools[metal]`: errors name `<configPath>.timeouts.boot`. */
  configPath: text,
  /** URN of the server, for the command that an error tells to type. */
  serverUrn: text.optional(),
  /**
   * Admit one client key other than the one that was approved for the server, in the update that sets it; an update that
   * fails without an approval is continued by the next one. Default false. Setting it again needs an update without it.
   */
  readmit: flag.optional(),
  /**
   * The state has a NodeDrain of the worker, on which this depends. A deletion without one before it of the pool's membership
   * then cordons the Node only, and leaves the drain to the NodeDrain. Default false, as in a state of an earlier release.
   */
  hasDrain: flag.optional(),
});

/**
 * The same inputs as a state or a passed Check holds them. What a Node may have and how long a phase may take is not judged
 * again: a rule that came with a later release must not keep a worker of an earlier one from being detached.
 */
export const storedNodeInputs = nodeInputs.extend({
  timeouts: unknownOr(z.object(timeoutsOf(storedSeconds))).prefault({}),
  drain: storedDrain,
  labels: unknownOr(z.record(z.string(), z.string())).default({}),
  taints: unknownOr(z.array(unknownOr(taint))).default([]),
});

const timelineEntry = z
  .object({ phase: z.string(), seconds: z.number() })
  .meta({ id: "TimelineEntry" }) satisfies z.ZodType<TimelineEntry>;

const clientKeyReason = "must be SHA256: and 64 hexadecimal digits";

/** What an OpenShiftNode adds to its inputs. */
export const nodeOutputs = z.object({
  nodeUid: z.string(),
  providerId: z.string(),
  internalIp: z.string(),
  /**
   * Ready; NotReady: registered, but not what Ready demands; Joining: never was Ready; Missing: there is no Node of this
   * server any more
   */
  state: z.enum(["Ready", "NotReady", "Joining", "Missing"]),
  /** The phases of the join and the seconds that each took. */
  timeline: z.array(timelineEntry),
  /** Which of the Node's taints this stack has set, as `key:effect`. A state of an earlier release has none. */
  ownTaints: z.array(z.string()).optional(),
  /**
   * The client key that was approved for the server: `SHA256:` and the hash of its SubjectPublicKeyInfo. No other one is
   * approved as long as the server is the same. Absent: none was, or it is not known, as in a state of an earlier release.
   */
  clientKey: z.string(says(clientKeyReason)).regex(keyPattern, says(clientKeyReason)).optional(),
  /** When this stack found the server active first, RFC 3339. Absent: the providerID tells the machine. */
  activeSince: time.optional(),
  /**
   * What became of the input `readmit`: open, the update failed before a key was approved; used; or unused, the update
   * succeeded without. Absent: it is not set.
   */
  readmission: z.enum(["open", "used", "unused"], says("must be open, used or unused")).optional(),
});
