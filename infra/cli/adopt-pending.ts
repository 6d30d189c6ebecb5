import { z } from "zod";
import type { CloudIdentity } from "../../components/openstack/cloud-identity.ts";

/** The parts of an exported deployment that are read; everything else is kept unchanged. */
const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
});
const operation = z.looseObject({ type: z.string(), resource });

export const deploymentSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(resource).default([]),
    pending_operations: z.array(operation).default([]),
  }),
});

export type Deployment = z.output<typeof deploymentSchema>;

/** An interrupted creation: the cloud may have created the object nevertheless. */
export interface PendingCreate {
  readonly urn: string;
  readonly kind: "server" | "port";
  readonly name: string;
  /** `metadata.owner` of a server */
  readonly owner: string | undefined;
}

/** Objects with ids from the cloud: creating them again would create a second one. Others are identified by their names. */
const kinds: Readonly<Record<string, PendingCreate["kind"]>> = {
  "openstack:compute/instance:Instance": "server",
  "openstack:networking/port:Port": "port",
};

const pins = z.object({ cloudProject: z.string(), cloudRegion: z.string().default("") });

/** Where the stack's servers and ports are (components/node/schemas/provider.ts); undefined: the state does not say. */
export function identityOf({ deployment }: Deployment): CloudIdentity | undefined {
  const provider = deployment.resources.find(({ type }) => type === "pulumi:providers:openshift-node");
  const { data } = pins.safeParse(provider?.inputs);
  return data && { project: data.cloudProject, region: data.cloudRegion };
}

const creating = ({ type }: z.output<typeof operation>): boolean => type === "creating";

/**
 * Whether a server of this status can be adopted: one that is still being built has neither addresses nor a power state,
 * and the provider fails on it; one in ERROR never becomes a worker.
 */
export function readiness(status: string): "now" | "later" | "never" {
  if (status === "BUILD") return "later";
  return status === "ERROR" ? "never" : "now";
}

export function pendingCreates({ deployment }: Deployment): PendingCreate[] {
  return deployment.pending_operations.filter(creating).flatMap(({ resource: { urn, type, inputs } }) => {
    const kind = kinds[type];
    const { name, metadata } = z
      .object({ name: z.string().optional(), metadata: z.object({ owner: z.string() }).optional().catch(undefined) })
      .parse(inputs);
    return kind && name !== undefined ? [{ urn, kind, name, owner: metadata?.owner }] : [];
  });
}

/**
 * The deployment without its pending creations. Those whose object exists in the cloud become resources with its id; the
 * others are dropped: the next `pulumi up` creates them or finds them by name.
 *
 * @param ids by URN
 */
export function adopt(state: Deployment, ids: ReadonlyMap<string, string>): Deployment {
  const { deployment } = state;
  const known = new Set(deployment.resources.map(({ urn }) => urn));
  const adopted = deployment.pending_operations.filter(creating).flatMap(({ resource: made }) => {
    const id = ids.get(made.urn);
    // a refresh reads the outputs; without any, the provider would treat it as an import and lose the inputs
    return id === undefined || known.has(made.urn) ? [] : [{ ...made, id, outputs: { ...made.inputs, id } }];
  });
  return {
    ...state,
    deployment: {
      ...deployment,
      resources: [...deployment.resources, ...adopted],
      pending_operations: deployment.pending_operations.filter((it) => !creating(it)),
    },
  };
}
