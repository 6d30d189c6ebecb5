import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { freeHostHook, type HostWait } from "./hosts/await-host.ts";
import { type ExistingObjects } from "./openstack/existing.ts";
import { attemptKey } from "./server/attempt.ts";
import { refuseDuplicate } from "./server/duplicate.ts";
import { failedServerHook } from "./server/failed-server.ts";
import type { WorkerInCloud } from "./server/in-cloud.ts";
import { portOptions, portsValue } from "./server/port-options.ts";

/** A flavor or an image: the name that the stack's config says and the id that it has in the cloud. */
export type Named =
  | { readonly name: string; readonly id: string; readonly problem?: never }
  /** why there is no id: no server can be created from it */
  | { readonly name: string; readonly problem: string; readonly id?: never };

/** What a server boots with, as far as the stack's config says it. */
export interface Payload {
  /** differs between two payloads, see components/ignition/payload.ts */
  readonly hash: string;
  /** whether another one replaces a server that runs */
  readonly onChange: "keep" | "replace";
}

export interface BaremetalServerArgs {
  /** name of the server and, through the config drive, of the node */
  readonly name: string;
  readonly infraId: string;
  /** `<organization>/<project>/<stack>` */
  readonly owner: string;
  readonly pool: string;
  readonly flavor: Named;
  readonly image: Named;
  /** `<zone>` or, to choose the machine, `<zone>:<host>:<node>`; undefined: the scheduler chooses */
  readonly availabilityZone: string | undefined;
  /** the zone that a new server is created in, unless it has an `availabilityZone`: one that runs stays where it is */
  readonly zone?: string | undefined;
  /** a surge worker, see components/rollout/surge.ts: its metadata tells it, as long as the config has no worker of its name */
  readonly isSurge?: true | undefined;
  /** id of the server group that a new server is a member of: Nova puts no server into one later */
  readonly serverGroup?: string | undefined;
  readonly payload: Payload;
  readonly portIds: readonly pulumi.Input<string>[];
  /** Ignition config, a secret */
  readonly userData: pulumi.Input<string>;
  /** seconds */
  readonly timeouts: { readonly provision: number; readonly delete: number };
  /** what it waits for before it is created; undefined: for nothing */
  readonly hostWait?: HostWait | undefined;
  /** path of the pool in the config */
  readonly configPath: string;
  /** looks up the objects that the cloud already has: a second server of a name is never created */
  readonly existing: ExistingObjects;
  /** the engine has error hooks: one says why a server could not be built or deleted */
  readonly hasErrorHooks: boolean;
  readonly inCloud: WorkerInCloud;
  /** created before the server and deleted after it */
  readonly after: readonly pulumi.Resource[];
}

/**
 * A bare-metal machine as a Nova server.
 *
 * The provider would resize a server whose flavor changes, which Ironic cannot, and rebuild one whose image changes,
 * which wipes a live node. So the server's metadata has the names of both, and a change of a name replaces the server. The
 * ids are ignored: a flavor or image that is deleted, or recreated under its name, must not replace a running node. So is the
 * zone, which the metadata has, too: Nova knows none of a server that has no host, as one whose build has failed, and compared
 * with the config that would replace it in each update, however often it may be built.
 *
 * Without an id no server must be deleted in order to be replaced, as by `pulumi up --replace`, of which the program learns
 * nothing. The engine has the provider check the program's inputs only before it replaces or creates; otherwise it has put
 * the last ones in the place of ignored ones (pulumi/pulumi, pkg/resource/deploy/step_generator.go). So the reason is put
 * where the provider takes few words, and its error shows the one that it got: `power_state`.
 *
 * A server whose build has failed is replaced by another number of its attempt (infra/preflight/changes/failed-build.ts): after
 * a create that left a server in ERROR the engine would go on with an update of that server.
 *
 * A server that is this stack's but not in its state is taken over by `import`. The engine refuses to replace a resource that
 * has the option, also by `--replace` (pulumi/pulumi, pkg/resource/deploy/step_generator.go, continueStepsFromDiff: "resources
 * that still specify an ID may not be replaced"), and with another id than the state's it would replace it. So it is set only
 * where the state has none, see infra/preflight/changes/take-over.ts. What the provider does not read then is ignored for good
 * (terraform-provider-openstack 1.54.1, resourceComputeInstanceV2Read): it replaces nothing, and a new server has it.
 *
 * A server that is adopted has none of the metadata yet, which is compared as soon as it is imported: it replaces nothing in
 * that update (infra/preflight/changes/adopt.ts compares flavor, image and zone with what Nova says).
 */
export class BaremetalServer extends pulumi.ComponentResource {
  readonly serverId: pulumi.Output<string>;
  /** the argument of `pulumi up --replace` */
  readonly serverUrn: pulumi.Output<pulumi.URN>;
  /** RFC 3339 */
  readonly created: pulumi.Output<string>;
  /** `active` when all is well */
  readonly powerState: pulumi.Output<string>;

  constructor(name: string, args: BaremetalServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:BaremetalServer", name, {}, opts);
    const replaced = args.payload.onChange === "replace";
    const refusal = args.flavor.problem ?? args.image.problem;
    const ports = portOptions(args.name, args.portIds.length, args.inCloud);
    const { attempt } = args.inCloud;
    const { availabilityZone = args.zone } = args;
    const id = args.inCloud.takenOver.server?.id;
    const replacing = [
      "metadata.flavor",
      "metadata.image",
      zoneKey,
      ...(replaced ? ["metadata.ignition"] : []),
      ...(attempt?.replaces === true ? [attemptKey] : []),
      ...ports.replacing,
    ];
    const server = new openstack.compute.Instance(
      name,
      {
        name: args.name,
        ...(args.flavor.id !== undefined && { flavorId: args.flavor.id }),
        ...(args.image.id !== undefined && { imageId: args.image.id }),
        ...(refusal !== undefined && { powerState: refusal }),
        ...(availabilityZone !== undefined && { availabilityZone }),
        ...(args.serverGroup !== undefined && { schedulerHints: [{ group: args.serverGroup }] }),
        networks: args.portIds.map((port) => ({ port })),
        userData: args.userData,
        // metadata services may be slow or out of a machine's reach (coreos/ignition#1081)
        configDrive: true,
        // ignored below, so that the engine puts the state's values here: as the provider's defaults they would be marked as
        // such in the state and not in the program's inputs, and one more write of the whole state for each server
        forceDelete: false,
        stopBeforeDestroy: false,
        metadata: metadataOf(args),
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        replaceOnChanges: args.inCloud.adopted ? [] : replacing,
        // ignored metadata keeps describing what the server was created from
        ignoreChanges: [
          "userData",
          "flavorId",
          "imageId",
          "availabilityZone",
          "configDrive",
          "forceDelete",
          "stopBeforeDestroy",
          // of a server that was made by hand: the config has none, and the provider would replace it
          "keyPair",
          "schedulerHints",
          ...(refusal === undefined ? [] : ["powerState"]),
          ...(replaced ? [] : ["metadata.ignition"]),
          ...(attempt === undefined ? [attemptKey] : []),
          // of a worker that is spread over zones, which may have been in one of its own before
          ...(args.availabilityZone === undefined && args.zone !== undefined ? [zoneKey] : []),
          ...ports.ignored,
        ],
        ...(id !== undefined && { import: id }),
        dependsOn: [...args.after],
        hooks: {
          beforeCreate: [refuseDuplicate("server", args.name, args.existing.servers), ...this.#waits(args)],
          ...(args.hasErrorHooks && { onError: [this.#tells(args)] }),
        },
        customTimeouts: { create: `${args.timeouts.provision}s`, delete: `${args.timeouts.delete}s` },
      },
    );
    this.serverId = server.id;
    this.serverUrn = server.urn;
    this.created = server.created.apply(createdOf);
    this.powerState = server.powerState.apply((state) => state ?? "unknown");
    this.registerOutputs();
  }

  /** On the component's line: the engine has none of a server that it has not created. */
  #tells({ name, existing }: BaremetalServerArgs): pulumi.ErrorHook {
    return failedServerHook(name, existing.failedServers, (text) => pulumi.log.error(text, this));
  }

  #waits(args: BaremetalServerArgs): pulumi.ResourceHook[] {
    if (args.hostWait === undefined) return [];
    const { vacated } = args.inCloud;
    const log = {
      info: (text: string) => pulumi.log.info(text, this),
      status: (text: string) => pulumi.log.info(text, this, undefined, true),
    };
    return [freeHostHook({ ...args, vacated }, args.hostWait, log)];
  }
}

/** Where a server's metadata has the zone that it was created in. */
const zoneKey = "metadata.availabilityZone";

/** What a server was created from, for readers without the state. */
function metadataOf(args: BaremetalServerArgs): Record<string, pulumi.Input<string>> {
  const { infraId, owner, pool, flavor, image, payload, portIds, availabilityZone, isSurge } = args;
  const attempt = args.inCloud.attempt?.value;
  return {
    openshiftClusterID: infraId,
    owner,
    pool,
    flavor: flavor.name,
    image: image.name,
    ignition: payload.hash,
    ports: pulumi.all([...portIds]).apply(portsValue),
    ...(availabilityZone !== undefined && { availabilityZone }),
    ...(attempt !== undefined && { attempt }),
    ...(isSurge && { surge: "true" }),
  };
}

/**
 * The state does not have it of a server whose creation failed halfway. The update that is due then reads it, so that only a
 * preview does not know it.
 *
 * @param created the provider's type does not say that it may be missing
 */
const createdOf = (created: string | null | undefined): pulumi.Output<string> =>
  created === null || created === undefined
    ? pulumi.output(pulumi.unknown).apply(String)
    : pulumi.output(rfc3339(created));

/** The provider prints times as Go does, `2026-01-02 03:04:05 +0000 UTC`; RFC 3339 is passed through. */
export function rfc3339(time: string): string {
  const go = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d+)? \+0000 UTC$/.exec(time);
  return go ? `${go[1] ?? ""}T${go[2] ?? ""}Z` : time;
}
