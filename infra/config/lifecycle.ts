import { z } from "zod";
import { defaultDrain, defaultTimeouts } from "../../components/lifecycle/defaults.ts";
import { duration, flag, text } from "./fields.ts";

const versionText = "an Ignition version of 3.x, like 3.2.0";

/** An Ignition config; only its version is validated here. */
const fragment = z.looseObject(
  {
    ignition: z
      .looseObject(
        {
          version: z
            .string({ error: versionText })
            .regex(/^3\.\d+\.\d+$/, { error: versionText })
            .meta({ description: "Ignition specification of the config", examples: ["3.2.0"] }),
        },
        { error: "an object with the Ignition version" },
      )
      .meta({ description: "Version and includes of the config", examples: [{ version: "3.2.0" }] }),
  },
  { error: "an Ignition config, an object" },
);

export const ignition = z
  .strictObject(
    {
      /**
       * MachineConfigPool whose config the workers get. Default `worker`: every OpenShift cluster has it, and its own
       * compute machines are of it. Example `worker-metal`.
       */
      machineConfigPool: text("the name of a MachineConfigPool")
        .default("worker")
        .meta({ description: "MachineConfigPool whose config the workers get", examples: ["worker"] }),
      /** Ignition configs merged after the pool's own, in this order. Not for secrets. Default none. */
      fragments: z
        .array(fragment, { error: "a list of Ignition configs" })
        .default([])
        .meta({
          description: "Ignition configs merged after the pool's own, in this order; not for secrets",
          examples: [[{ ignition: { version: "3.2.0" } }]],
        }),
      /** Ignition specification of what the program writes. Default: the lowest that suffices, as old boot images want. */
      spec: z
        .string({ error: versionText })
        .regex(/^3\.\d+\.0$/, { error: "an Ignition version like 3.2.0" })
        .optional()
        .meta({ description: "Ignition specification, default: the lowest that suffices", examples: ["3.2.0"] }),
      /**
       * What an edit of machineConfigPool, fragments or spec does to workers that run: `keep` leaves them, `replace` makes
       * them anew, drained and one after the other. Default `keep`: Ignition runs at first boot only, and what a
       * MachineConfigPool gets later reaches running nodes through the cluster's own operator. A new signed URL and an
       * authority that the cluster rotates replace nobody. With `replace`, a worker whose payload is unknown (of a
       * release before this key, or attached by hand) is replaced once: nobody can say that it has the config's.
       */
      onChange: z
        .enum(["keep", "replace"], { error: "keep or replace" })
        .default("keep")
        .meta({
          description: "What an edit of machineConfigPool, fragments or spec does to running workers: keep or replace",
          examples: ["replace"],
        }),
      /**
       * How long the signed URL in the user data stays valid, counted from the `up` that creates the server. Default
       * `4h`: above the worst provision and boot of the defaults, 160 minutes.
       */
      urlLifetime: duration("4h").meta({
        description: "How long the signed URL in the user data stays valid after the up that creates the server",
        examples: ["4h"],
      }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({
    description: "What the machines of the pool run at first boot",
    examples: [{ machineConfigPool: "worker" }],
  });

const timeoutShape = {
  /**
   * Nova build, from the request until ACTIVE. Default `100m`: Nova may try three machines, and Ironic notices a
   * lost deployment ramdisk after 30 minutes each.
   */
  provision: duration(defaultTimeouts.provision).meta({ description: "Nova build until ACTIVE", examples: ["100m"] }),
  /**
   * From ACTIVE until the kubelet asks for its client certificate: firmware, Ignition, the first update of the
   * system and its reboot. Default `60m`: the OpenShift installer's bound on bare metal.
   */
  boot: duration(defaultTimeouts.boot).meta({
    description: "ACTIVE until the kubelet's first request",
    examples: ["60m"],
  }),
  /**
   * From the approved client certificate until the kubelet asks for a serving one. Default `10m`: the kubelet asks within
   * seconds, and this is all the time that OpenShift's MachineHealthCheck gives a machine to become a Node
   * (nodeStartupTimeout).
   */
  servingCsr: duration(defaultTimeouts.servingCsr).meta({
    description: "Client certificate until the serving one",
    examples: ["10m"],
  }),
  /**
   * From the serving certificate until the Node is Ready with the right address. Default `10m`, the same allowance: a
   * fresh disk has no image of the network's pods yet, and the cloud controller still has to find the server.
   */
  ready: duration(defaultTimeouts.ready).meta({ description: "Serving certificate until Ready", examples: ["10m"] }),
  /**
   * Removal of a worker's Node registration (the drain is a part of it) and, again, of its server. Default `60m`:
   * a soft power-off takes up to 10 minutes, and an unreachable BMC held a deletion for nearly an hour.
   */
  delete: duration(defaultTimeouts.delete).meta({
    description: "Each of: drain, removal of the server",
    examples: ["60m"],
  }),
  /**
   * From the server's end until the Node object is gone. Default `5m`, what OpenShift's machine controller for OpenStack
   * gives a deletion: there is nothing to wait for but an API server that restarts.
   */
  nodeRemoval: duration(defaultTimeouts.nodeRemoval).meta({
    description: "Server gone until the Node object is gone",
    examples: ["5m"],
  }),
};

export const timeouts = z
  .strictObject(timeoutShape, { error: "an object of durations" })
  .prefault({})
  .meta({ description: "Bounds of the phases of attach and detach", examples: [{ boot: "45m" }] });

const withoutDefault = (schema: (typeof timeoutShape)["boot"]): z.ZodType =>
  schema
    .unwrap()
    .optional()
    .meta(schema.meta() ?? {});

/** The same bounds, none of them with a default: what a hardware class may set. */
export const classTimeouts = z
  .strictObject(
    Object.fromEntries(Object.entries(timeoutShape).map(([key, schema]) => [key, withoutDefault(schema)])),
    { error: "an object of durations" },
  )
  .optional()
  .meta({ description: "Bounds of the phases, where the pool has none of its own", examples: [{ boot: "45m" }] });

export const drain = z
  .strictObject(
    {
      /**
       * How long pods may take to leave before the detach gives up. Below timeouts.delete. Default `30m`: half of that
       * bound, of which the drain is a part, and well before the hour after which OpenShift's Machine Config Operator
       * alerts of a drain that does not end.
       */
      timeout: duration(defaultDrain.timeout).meta({
        description: "How long pods may take to leave",
        examples: ["30m"],
      }),
      /**
       * Seconds a pod gets to end; -1 is the pod's own terminationGracePeriodSeconds. Default -1, as of `kubectl drain`:
       * only its author knows how long it needs.
       */
      gracePeriod: z
        .int({ error: "whole seconds, or -1 for the pod's own grace period" })
        .min(-1, { error: "whole seconds, or -1 for the pod's own grace period" })
        .default(defaultDrain.gracePeriod)
        .meta({ description: "Seconds a pod gets to end, -1: its own", examples: [-1] }),
      /** Evict pods whose emptyDir data is lost with it. Default true, as OpenShift's machine controller does. */
      deleteEmptyDirData: flag(defaultDrain.deleteEmptyDirData).meta({
        description: "Evict pods with emptyDir volumes",
        examples: [true],
      }),
      /** Evict pods that no controller will start again elsewhere. Default true, as OpenShift's controller does. */
      force: flag(defaultDrain.force).meta({ description: "Evict pods without a controller", examples: [true] }),
      /**
       * Delete pods instead of evicting them, so that PodDisruptionBudgets do not hold. Default false, as of
       * `kubectl drain`: the budgets are what the owners of the pods have agreed to.
       */
      disableEviction: flag(defaultDrain.disableEviction).meta({
        description: "Delete pods instead of evicting them: PodDisruptionBudgets do not hold",
        examples: [false],
      }),
      /**
       * When the time is over: `fail` keeps the server, `force` deletes what is left and goes on. Default `fail`: data may
       * go with a pod that is deleted, and OpenShift's machine controller does not force it either.
       */
      onTimeout: z
        .enum(["fail", "force"], { error: "fail or force" })
        .default(defaultDrain.onTimeout)
        .meta({
          description: "When the time is over: keep the server, or delete the pods that are left",
          examples: ["fail"],
        }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({ description: "How a node is emptied before its server goes", examples: [{ timeout: "30m" }] });
