import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { randomBytes } from "node:crypto";
import { payloadName } from "./ignition/payload.ts";
import { renderPointer } from "./ignition/pointer.ts";
import { tempUrl } from "./ignition/temp-url.ts";

export interface IgnitionStoreArgs {
  /** name of the container, e.g. `mycluster-x7k2p-metal-ignition-0a1b2c3d` */
  readonly container: string;
  /** the Ignition config that the machines fetch; not a secret, but only holders of a signed URL can read it */
  readonly payload: string;
  /** public URL of the object store's account, from the service catalog */
  readonly endpoint: string;
  /** PEM bundle that signs the object store's certificate; undefined: a public one */
  readonly ca: string | undefined;
  /** Ignition specification of the user data; undefined: the lowest that suffices */
  readonly spec?: string | undefined;
}

const keyHeader = "Temp-URL-Key";

/** A Swift container with a key of its own, the payload in it, and the user data that lets a machine fetch it. */
export class IgnitionStore extends pulumi.ComponentResource {
  readonly #args: IgnitionStoreArgs;
  readonly #container: openstack.objectstorage.Container;
  readonly #object: openstack.objectstorage.ContainerObject;

  constructor(name: string, args: IgnitionStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:IgnitionStore", name, {}, opts);
    this.#args = args;
    this.#container = new openstack.objectstorage.Container(
      name,
      {
        name: args.container,
        forceDestroy: true,
        metadata: pulumi.secret({ [keyHeader]: randomBytes(32).toString("hex") }),
      },
      // the key of the first run stays: the provider never reads metadata back, and later keys are ignored; so does the
      // name, which is made of the owner's (components/ignition/payload.ts): a stack may be renamed
      { parent: this, ignoreChanges: ["metadata", "name"], additionalSecretOutputs: ["metadata"] },
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
    const args = this.#args;
    const { metadata, name: container } = this.#container;
    const { name: object, id } = this.#object;
    const pointer = pulumi
      .all([metadata, container, object, id, pulumi.all([...after])])
      .apply(([secrets, containerName, objectName]) => {
        const url = tempUrl({
          endpoint: args.endpoint,
          container: containerName,
          object: objectName,
          key: keyOf(secrets),
          expires: Math.floor(Date.now() / 1000) + lifetime,
        });
        return renderPointer({ url, payload: args.payload, ca: args.ca, spec: args.spec });
      });
    return pulumi.secret(pointer);
  }
}

function keyOf(metadata: Readonly<Record<string, unknown>> | undefined): string {
  const key = metadata?.[keyHeader];
  if (typeof key !== "string") throw new Error(`the container's state has no ${keyHeader}`);
  return key;
}
