import { z } from "zod";

/** The parts of an exported deployment that are read; everything else goes back as it came. */
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

/** A creation that was cut off, of an object that the cloud may have made all the same. */
export interface PendingCreate {
  readonly urn: string;
  readonly kind: "server" | "port";
  readonly name: string;
  /** `metadata.owner` of a server */
  readonly owner: string | undefined;
}

/** Objects that the cloud numbers itself: a second creation makes a second one. Of all others it finds the first. */
const kinds: Readonly<Record<string, PendingCreate["kind"]>> = {
  "openstack:compute/instance:Instance": "server",
  "openstack:networking/port:Port": "port",
};

const creating = ({ type }: z.output<typeof operation>): boolean => type === "creating";

/**
 * Whether a server of this status can be taken over: one that is still built has neither addresses nor a power state,
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
 * The deployment without its pending creations: those of which the cloud has the object become resources with its id,
 * the others are forgotten, since the next `pulumi up` makes them or finds what there is.
 *
 * @param ids by URN
 */
export function adopt(state: Deployment, ids: ReadonlyMap<string, string>): Deployment {
  const { deployment } = state;
  const known = new Set(deployment.resources.map(({ urn }) => urn));
  const adopted = deployment.pending_operations.filter(creating).flatMap(({ resource: made }) => {
    const id = ids.get(made.urn);
    // a refresh reads the outputs; without any the provider would take it for an import, and lose the inputs
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
