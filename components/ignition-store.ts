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
  /** seconds that a signed URL stays valid */
  readonly urlLifetime: number;
  /** Ignition specification of the user data; undefined: the lowest that suffices */
  readonly spec?: string | undefined;
}

const keyHeader = "Temp-URL-Key";

/** A Swift container with a key of its own, the payload in it, and the user data that lets a machine fetch it. */
export class IgnitionStore extends pulumi.ComponentResource {
  /** Pointer config with a signed URL, a secret. Each run signs it again: a server must ignore its changes. */
  readonly userData: pulumi.Output<string>;

  constructor(name: string, args: IgnitionStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:IgnitionStore", name, {}, opts);
    const container = new openstack.objectstorage.Container(
      name,
      {
        name: args.container,
        forceDestroy: true,
        metadata: pulumi.secret({ [keyHeader]: randomBytes(32).toString("hex") }),
      },
      // the key of the first run stays: the provider never reads metadata back, and later keys are ignored
      { parent: this, ignoreChanges: ["metadata"], additionalSecretOutputs: ["metadata"] },
    );
    const object = new openstack.objectstorage.ContainerObject(
      `${name}-payload`,
      {
        containerName: container.name,
        name: payloadName(args.payload),
        content: args.payload,
        contentType: "application/vnd.coreos.ignition+json",
      },
      { parent: this },
    );
    const expires = Math.floor(Date.now() / 1000) + args.urlLifetime;
    const pointer = pulumi
      .all([container.metadata, container.name, object.name, object.id])
      .apply(([metadata, containerName, objectName]) => {
        const url = tempUrl({
          endpoint: args.endpoint,
          container: containerName,
          object: objectName,
          key: keyOf(metadata),
          expires,
        });
        return renderPointer({ url, payload: args.payload, ca: args.ca, spec: args.spec });
      });
    this.userData = pulumi.secret(pointer);
    this.registerOutputs();
  }
}

function keyOf(metadata: Readonly<Record<string, unknown>> | undefined): string {
  const key = metadata?.[keyHeader];
  if (typeof key !== "string") throw new Error(`the container's state has no ${keyHeader}`);
  return key;
}
