import { z } from "zod";
import type { CloudIdentity } from "../../components/openstack/cloud-identity.ts";

/** What the stack's state has of workers and their pools. */
export interface StackState {
  /** where its servers and ports are; undefined: an earlier release wrote the state, or it is empty */
  readonly cloud: CloudIdentity | undefined;
  /** uid of the cluster's namespace kube-system; undefined as above */
  readonly clusterUid: string | undefined;
  readonly servers: readonly StateObject[];
  readonly ports: readonly StateObject[];
  readonly trunks: readonly StateObject[];
  /** their ids are their names */
  readonly containers: readonly StateObject[];
  readonly nodes: readonly StateNode[];
  readonly pending: readonly PendingOperation[];
}

/** Something that the state has by its id in the cloud. */
export interface StateObject {
  readonly urn: string;
  readonly id: string;
  readonly name: string;
  /** it was replaced, and is deleted by the next update */
  readonly deleting: boolean;
}

/** A worker's OpenShiftNode. */
export interface StateNode {
  readonly urn: string;
  readonly name: string;
  readonly serverId: string;
  /** `Joining`: it has never been Ready */
  readonly state: string;
}

/** What a command had begun, and whose end the state does not have. */
export interface PendingOperation {
  /** of the engine: `creating`, `updating`, `deleting`, `reading` or `importing` */
  readonly type: string;
  readonly urn: string;
}

const properties = z.record(z.string(), z.unknown()).default({});

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  delete: z.boolean().default(false),
  inputs: properties,
  outputs: properties,
});
type Resource = z.output<typeof resourceSchema>;

/** The parts of an exported deployment that are read (pulumi/pulumi, sdk/go/common/apitype/core.go, DeploymentV3). */
const exportSchema = z.object({
  deployment: z.object({
    resources: z.array(resourceSchema).default([]),
    pending_operations: z.array(z.object({ type: z.string(), resource: z.object({ urn: z.string() }) })).default([]),
  }),
});

const text = z.string().catch("");

/** A resource that a failed creation has left without an id is nothing that the cloud has. */
const objectsOf = (resources: readonly Resource[], wanted: string): StateObject[] =>
  resources
    .filter(({ type, id }) => type === wanted && id !== undefined && id !== "")
    .map(({ urn, id = "", inputs, outputs, delete: deleting }) => ({
      urn,
      id,
      name: text.parse(inputs["name"] ?? outputs["name"]),
      deleting,
    }));

/** components/node/schemas/provider.ts. */
const pinsSchema = z.object({
  cloudProject: z.string().optional().catch(undefined),
  cloudRegion: z.string().default(""),
  clusterUid: z.string().optional().catch(undefined),
});

/** Reads what `pulumi stack export` prints. @throws ZodError for a text that is no deployment of version 3 */
export function parseState(text: string): StackState {
  const { resources, pending_operations: pending } = exportSchema.parse(JSON.parse(text)).deployment;
  const provider = resources.find(({ type }) => type === "pulumi:providers:openshift-node");
  const { cloudProject, cloudRegion, clusterUid } = pinsSchema.parse(provider?.inputs ?? {});
  return {
    cloud: cloudProject === undefined ? undefined : { project: cloudProject, region: cloudRegion },
    clusterUid,
    servers: objectsOf(resources, "openstack:compute/instance:Instance"),
    ports: objectsOf(resources, "openstack:networking/port:Port"),
    trunks: objectsOf(resources, "openstack:networking/trunk:Trunk"),
    containers: objectsOf(resources, "openstack:objectstorage/container:Container"),
    nodes: resources.filter(({ type }) => type === "openshift-node:index:OpenShiftNode").map(nodeOf),
    pending: pending.map(({ type, resource }) => ({ type, urn: resource.urn })),
  };
}

function nodeOf({ urn, inputs, outputs }: Resource): StateNode {
  const value = (key: string): string => text.parse(outputs[key] ?? inputs[key]);
  return { urn, name: value("nodeName"), serverId: value("serverId"), state: value("state") };
}
