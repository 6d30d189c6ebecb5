import { z } from "zod";
import { defaultDrain, defaultTimeouts, longestTimeout } from "../../components/lifecycle/defaults.ts";
import { formatDuration } from "../../components/lib/duration.ts";
import { duration, durationUpTo, flag, text } from "./fields.ts";
import { hostTimeout } from "./host-wait.ts";
import { delivery, proxy } from "./ignition-delivery.ts";

/** Seconds, 366 days: no sum of bounds and rounds that anybody runs is longer, and the object store sets no limit. */
const longestLifetime = 366 * 24 * 3600;

/** For descriptions. */
const most = formatDuration(longestTimeout);

const versionText = "an Ignition version of 3.x, like 3.2.0";

/** An Ignition config, for editors and types: infra/config/fragments validates it. */
const fragment = z.looseObject(
  {
    ignition: z
      .looseObject(
        {
          version: z
            .string({ error: versionText })
            .regex(/^3\.\d+\.\d+$/, { error: versionText })
            .meta({ description: "Ignition specification version of the fragment. Required.", examples: ["3.2.0"] }),
        },
        { error: "an object with the Ignition version" },
      )
      .meta({
        description: "The fragment's own section ignition: its version, and the configs that it includes. Required.",
        examples: [{ version: "3.2.0" }],
      }),
  },
  { error: "an Ignition config, an object" },
);

export const ignition = z
  .strictObject(
    {
      /**
       * MachineConfigPool whose rendered config the workers boot with. Default `worker`: every OpenShift cluster has it, and
       * the cluster's own compute machines belong to it. Example `worker-metal`.
       */
      machineConfigPool: text("the name of a MachineConfigPool")
        .default("worker")
        .meta({
          description: "MachineConfigPool whose rendered config the workers boot with. Default: worker.",
          examples: ["worker-metal"],
        }),
      delivery,
      proxy,
      /** Ignition configs merged after the pool's own, in this order. Not for secrets. Default none. */
      fragments: z
        .array(fragment, { error: "a list of Ignition configs" })
        .default([])
        .meta({
          description:
            "Ignition configs merged after the MachineConfigPool's, in this order. Not for secrets: they are stored in plain text in the object store or in the user data. Default: none.",
          examples: [[{ ignition: { version: "3.2.0" } }]],
        }),
      /** Ignition specification of what the program writes. Default: the lowest that suffices, for old boot images. */
      spec: z
        .string({ error: versionText })
        .regex(/^3\.\d+\.0$/, { error: "an Ignition version like 3.2.0" })
        .optional()
        .meta({
          description:
            "Ignition specification version of the configs that the program writes. Default: the lowest version that supports their features.",
          examples: ["3.2.0"],
        }),
      /**
       * What an edit of machineConfigPool, fragments or spec does to running workers: `keep` leaves them as they booted,
       * `replace` drains and recreates them in waves. Default `keep`: Ignition runs at first boot only, and later changes
       * of a MachineConfigPool reach running nodes through the cluster's Machine Config Operator. A new signed URL or a
       * certificate authority that the cluster rotates replaces no worker. With `replace`, a worker whose payload is unknown
       * (created by a release before this key, or attached by hand) is replaced once.
       */
      onChange: z
        .enum(["keep", "replace"], { error: "keep or replace" })
        .default("keep")
        .meta({
          description:
            "What an edit of machineConfigPool, fragments or spec does to running workers: keep leaves them as they booted; replace drains and recreates them, in waves. Default: keep.",
          examples: ["replace"],
        }),
      /**
       * How long the signed URL in the user data stays valid, counted from when the worker's server is declared. A lower one
       * than the default is an error: an expired URL is final for Ignition, and a replaced worker is gone by then. Without
       * effect with `delivery: inline`. Default: what may pass until the machine fetches its config, with the drain and the
       * deletion of the worker that it replaces and the time that it queues behind `--parallel`
       * (components/ignition/url-lifetime.ts), 4h11m with the default timeouts and no queue.
       */
      urlLifetime: durationUpTo(longestLifetime)
        .optional()
        .meta({
          description: `How long the signed URL in the user data is valid, counted from when the worker's server is declared; a duration of at most ${formatDuration(longestLifetime)}, and not below the default. Without effect with delivery inline. Default: drain.timeout (+ 2m with onTimeout force) + timeouts.delete + timeouts.provision + timeouts.boot + 1m, the wait for a free host where there is one (timeouts.host with inventory, else cleaningAllowance), and the time that a worker may queue behind --parallel.`,
          examples: ["12h"],
        }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({
    description: "The Ignition config that the pool's machines apply at first boot.",
    examples: [{ machineConfigPool: "worker" }],
  });

const timeoutShape = {
  host: hostTimeout,
  /**
   * Nova build, from the request until ACTIVE. Default `100m`: Nova may try three machines, and Ironic notices a
   * lost deployment ramdisk after 30 minutes each.
   */
  provision: duration(defaultTimeouts.provision).meta({
    description: `From the request until Nova reports the server ACTIVE; a duration of at most ${most}. Default: 100m.`,
    examples: ["100m"],
  }),
  /**
   * From ACTIVE until the kubelet requests its client certificate: firmware, Ignition, the first update of the
   * system and its reboot. Default `60m`: the OpenShift installer's timeout on bare metal.
   */
  boot: duration(defaultTimeouts.boot).meta({
    description: `From ACTIVE until the kubelet requests its client certificate (firmware, Ignition, first OS update); a duration of at most ${most}. Default: 60m.`,
    examples: ["60m"],
  }),
  /**
   * From the approved client certificate until the kubelet requests a serving certificate. Default `10m`: the kubelet
   * requests it within seconds, and OpenShift's MachineHealthCheck gives a machine no more than this to become a Node
   * (nodeStartupTimeout).
   */
  servingCsr: duration(defaultTimeouts.servingCsr).meta({
    description: `From the approved client certificate until the kubelet requests its serving certificate; a duration of at most ${most}. Default: 10m.`,
    examples: ["10m"],
  }),
  /**
   * From the serving certificate until the Node is Ready with the right address. Default `10m`, for the same reason: a
   * new disk has no image of the network's pods yet, and the cloud controller still has to find the server.
   */
  ready: duration(defaultTimeouts.ready).meta({
    description: `From the approved serving certificate until the Node is Ready with the expected address; a duration of at most ${most}. Default: 10m.`,
    examples: ["10m"],
  }),
  /**
   * Applies twice: to the drain of a worker's Node, and to the deletion of its server. Default `60m`: a soft power-off
   * takes up to 10 minutes, and an unreachable BMC has been seen to delay a deletion for nearly an hour.
   */
  delete: duration(defaultTimeouts.delete).meta({
    description: `Applies twice: to the drain of the Node and to the deletion of the server; a duration longer than drain.timeout, at most ${most}. Default: 60m.`,
    examples: ["60m"],
  }),
  /**
   * From the deletion of the server until the Node object is gone. Default `5m`, as in OpenShift's machine controller for
   * OpenStack: at worst the API server is restarting.
   */
  nodeRemoval: duration(defaultTimeouts.nodeRemoval).meta({
    description: `From the deletion of the server until the Node object is gone; a duration of at most ${most}. Default: 5m.`,
    examples: ["5m"],
  }),
};

export const timeouts = z
  .strictObject(timeoutShape, { error: "an object of durations" })
  .prefault({})
  .meta({
    description: "Timeouts of the phases of attach and detach; durations like 90s, 45m or 1h30m.",
    examples: [{ boot: "45m" }],
  });

const withoutDefault = (schema: (typeof timeoutShape)["boot"]): z.ZodType =>
  schema
    .unwrap()
    .optional()
    .meta(schema.meta() ?? {});

/** The same timeouts without defaults, for a hardware class. */
export const classTimeouts = z
  .strictObject(
    Object.fromEntries(Object.entries(timeoutShape).map(([key, schema]) => [key, withoutDefault(schema)])),
    { error: "an object of durations" },
  )
  .optional()
  .meta({
    description: "Timeouts of pools of this class that set none. Default: the defaults of pools[].timeouts.",
    examples: [{ boot: "45m" }],
  });

const graceText = `whole seconds, at most ${longestTimeout}, or -1 for the pod's own grace period`;

export const drain = z
  .strictObject(
    {
      /**
       * How long a drain may take before onTimeout applies. Less than timeouts.delete, of which the drain is a part. Default
       * `30m`: half of that timeout, and well before the hour after which OpenShift's Machine Config Operator alerts about a
       * drain.
       */
      timeout: duration(defaultDrain.timeout).meta({
        description: `How long the drain of a Node may take before onTimeout applies; a duration of less than timeouts.delete, which is at most ${most}. Default: 30m.`,
        examples: ["30m"],
      }),
      /**
       * Seconds that a pod gets to terminate; -1 is the pod's own terminationGracePeriodSeconds. Default -1, as in
       * `kubectl drain`: only the pod's author knows how long it needs.
       */
      gracePeriod: z
        .int({ error: graceText })
        .min(-1, { error: graceText })
        .max(longestTimeout, { error: graceText })
        .default(defaultDrain.gracePeriod)
        .meta({
          description: `Seconds that a pod gets to terminate, at most ${longestTimeout}; -1 for the pod's own terminationGracePeriodSeconds. Default: -1.`,
          examples: [-1],
        }),
      /** Evict pods with emptyDir volumes, whose data is lost. Default true, as in OpenShift's machine controller. */
      deleteEmptyDirData: flag(defaultDrain.deleteEmptyDirData).meta({
        description:
          "Whether to evict pods with emptyDir volumes, whose data is lost; false: such a pod blocks the drain. Default: true.",
        examples: [true],
      }),
      /** Evict pods that no controller recreates elsewhere. Default true, as in OpenShift's machine controller. */
      force: flag(defaultDrain.force).meta({
        description:
          "Whether to evict pods that no controller recreates; false: such a pod blocks the drain. Default: true.",
        examples: [true],
      }),
      /**
       * Delete pods instead of evicting them, which ignores PodDisruptionBudgets. Default false, as in `kubectl drain`:
       * the budgets are what the owners of the pods have agreed to.
       */
      disableEviction: flag(defaultDrain.disableEviction).meta({
        description:
          "Whether to delete pods instead of evicting them, which ignores PodDisruptionBudgets. Default: false.",
        examples: [false],
      }),
      /**
       * After drain.timeout: `fail` keeps the server, `force` deletes the remaining pods and continues. Default `fail`:
       * deleting a pod may lose data, and OpenShift's machine controller does not force it either.
       */
      onTimeout: z
        .enum(["fail", "force"], { error: "fail or force" })
        .default(defaultDrain.onTimeout)
        .meta({
          description:
            "What happens after drain.timeout: fail keeps the server and fails the command; force deletes the remaining pods and continues. Default: fail.",
          examples: ["fail"],
        }),
      /**
       * PersistentVolumes on the machine's own disks (local volumes, those of LVM Storage) that a claim is bound to: `refuse`
       * keeps the server and says which, `lose` goes on, and the data ends with the machine. Default `refuse`: no other
       * replica may have it, and the pod would wait for ever for its volume.
       */
      localVolumes: z
        .enum(["refuse", "lose"], { error: "refuse or lose" })
        .default(defaultDrain.localVolumes)
        .meta({
          description:
            "What happens to a worker with claims on volumes of its own disks (local volumes, LVM Storage), whose data ends with the machine: refuse keeps the server and fails the command; lose goes on. Default: refuse.",
          examples: ["refuse"],
        }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({ description: "How a Node is drained before its server is deleted.", examples: [{ timeout: "30m" }] });
