import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import { ownerArgs } from "./args.ts";
import { ContainerClaim } from "./container-claim.ts";
import { payloadName } from "./ignition/payload.ts";
import type { IgnitionProxy } from "./ignition/proxy.ts";
import { renderPointer } from "./ignition/pointer.ts";
import { tempUrl, type UrlDigest, urlDigestFor } from "./ignition/temp-url.ts";
import { engineMargin } from "./lifecycle/defaults.ts";

export interface IgnitionStoreArgs {
  /** name of the container, e.g. `mycluster-x7k2p-metal-ignition-0a1b2c3d` */
  readonly container: string;
  /** `<organization>/<project>/<stack>` */
  readonly owner: string;
  /** what `owner` was before */
  readonly formerOwners: readonly string[];
  /** seconds within which a container that is left over must be gone */
  readonly removeTimeout: number;
  /** path of the pool in the config, e.g. `pools[metal]`, for error messages */
  readonly configPath: string;
  /** the Ignition config that the machines fetch; not a secret, but only holders of a signed URL can read it */
  readonly payload: string;
  /** temporary URL key of the account, a secret; undefined: the container gets one of its own */
  readonly accountKey?: pulumi.Input<string> | undefined;
  /** of the signatures of temporary URLs, which the object store accepts; default: `sha256` */
  readonly urlDigest?: UrlDigest | undefined;
  /** public URL of the object store's account; undefined: the catalog has none, and nothing is created */
  readonly endpoint: string | undefined;
  /** PEM bundle that signs the object store's certificate; undefined: a public one */
  readonly ca: string | undefined;
  /** Ignition specification of the user data; undefined: the lowest that suffices */
  readonly spec?: string | undefined;
  /** by which the machines reach object store and Machine Config Server; undefined: none */
  readonly proxy?: IgnitionProxy | undefined;
}

const keyHeader = "Temp-URL-Key";

/** Metadata that names the stack, for who finds the container without the state (components/openstack/containers.ts). */
const ownerHeader = "Owner";

/** A Swift container, by default with a key of its own, the payload in it, and the user data that lets a machine fetch it. */
export class IgnitionStore extends pulumi.ComponentResource {
  readonly #args: IgnitionStoreArgs;
  readonly #container: openstack.objectstorage.Container;
  readonly #object: openstack.objectstorage.ContainerObject;

  constructor(name: string, args: IgnitionStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:IgnitionStore", name, {}, opts);
    this.#args = args;
    const { container, owner, removeTimeout, configPath, accountKey } = args;
    const claim = new ContainerClaim(
      name,
      { container, ...ownerArgs(args), removeTimeout, configPath },
      // the name is made of the owner's, as the container's: a stack may be renamed
      { parent: this, ignoreChanges: ["container"], customTimeouts: { delete: `${removeTimeout + engineMargin}s` } },
    );
    this.#container = new openstack.objectstorage.Container(
      name,
      {
        name: args.container,
        forceDestroy: true,
        metadata: pulumi.secret({
          ...(accountKey === undefined && { [keyHeader]: randomBytes(32).toString("hex") }),
          [ownerHeader]: owner,
        }),
      },
      {
        parent: this,
        dependsOn: [claim],
        // the key of the first run stays: the provider never reads metadata back, and later keys are ignored; so does the
        // name, which is made of the owner's (components/ignition/payload.ts): a stack may be renamed
        ignoreChanges: ["metadata", "name"],
        additionalSecretOutputs: ["metadata"],
      },
    );
    this.#object = new openstack.objectstorage.ContainerObject(
      `${name}-payload`,
      {
        containerName: this.#container.name,
        name: payloadName(args.payload),
        content: args.payload,
        contentType: "application/vnd.coreos.ignition+json",
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /**
   * The pointer config of one worker with a signed URL, a secret. It is signed anew in each run, once `after` is there: a
   * server must ignore its changes.
   *
   * @param lifetime seconds that the URL is valid
   * @param after what the server waits for anyway: that time does not count
   */
  userData(lifetime: number, after: readonly pulumi.Output<string>[]): pulumi.Output<string> {
    const { endpoint, ...args } = this.#args;
    if (endpoint === undefined) throw new Error("the cloud has no object store");
    const { metadata, name: container } = this.#container;
    const { name: object, id } = this.#object;
    const pointer = pulumi
      .all([metadata, container, object, args.accountKey, id, pulumi.all([...after])])
      .apply(([secrets, containerName, objectName, accountKey]) => {
        const url = tempUrl({
          endpoint,
          container: containerName,
          object: objectName,
          key: accountKey ?? keyOf(containerName, secrets),
          digest: args.urlDigest ?? urlDigestFor(),
          expires: Math.floor(Date.now() / 1000) + lifetime,
        });
        return renderPointer({ url, payload: args.payload, ca: args.ca, spec: args.spec, proxy: args.proxy });
      });
    return pulumi.secret(pointer);
  }
}

/** A container that was made while a key of the account signed keeps none: its metadata never changes. */
export function keyOf(container: string, metadata: Readonly<Record<string, unknown>> | undefined): string {
  const key = metadata?.[keyHeader];
  if (typeof key === "string") return key;
  throw new pulumi.RunError(
    `container ${container} has no temporary URL key of its own, because it was made while one of the account signed: put ` +
      "manageAccountKey: true, or the secret temporaryUrlKey, back into the config",
  );
}
