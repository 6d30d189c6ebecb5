import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { reasonOf } from "../../components/lib/errors.ts";
import type { Result } from "./attempt.ts";
import type { StateFacts } from "./facts.ts";

/** The name of a resource: https://www.pulumi.com/docs/iac/concepts/resources/names/#urns */
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

const serverType = "openstack:compute/instance:Instance";
const portType = "openstack:networking/port:Port";
const trunkType = "openstack:networking/trunk:Trunk";
const workerType = "openstack-baremetal-compute:index:BaremetalWorker";
const nodeType = "openshift-node:index:OpenShiftNode";

/** Resources that are about to be deleted are not among them. */
const resources = z.object({
  outputs: z.record(
    z.string(),
    z.object({
      type: z.string(),
      outputs: z.object({
        id: z.string().default("").catch(""),
        metadata: z
          .object({
            owner: z.string().optional(),
            ports: z.string().optional(),
            attempt: z.string().optional(),
            surge: z.string().optional(),
          })
          .optional()
          .catch(undefined),
        networks: z.array(z.unknown()).optional().catch(undefined),
        serverId: z.string().optional().catch(undefined),
        state: z.string().optional().catch(undefined),
        protectedBy: z.string().optional().catch(undefined),
      }),
    }),
  ),
});

/** Whether the Node of an OpenShiftNode has been Ready: until then it is Joining (components/node/resources/openshift-node.ts). */
const isJoined = ({ state }: { readonly state?: string | undefined }): boolean =>
  state !== undefined && state !== "Joining";

/** The servers, ports and trunks among the resources that the engine tells. Pure. */
export function stateOf(answer: unknown): StateFacts {
  const found = Object.entries(resources.parse(answer).outputs).map(([urn, it]) => ({ name: nameOf(urn), ...it }));
  const of = (wanted: string) => found.filter(({ type }) => type === wanted);
  const joined = new Set(of(nodeType).flatMap(({ outputs }) => (isJoined(outputs) ? outputs.serverId : [])));
  const servers = of(serverType).map(({ name, outputs: { id, metadata, networks } }) => {
    const { owner, ports, attempt, surge } = metadata ?? {};
    const hasJoined = joined.has(id) && { hasJoined: true as const };
    const isSurge = surge === "true" && { isSurge: true as const };
    return [name, { id, owner, ports, attempt, networks: networks?.length, ...hasJoined, ...isSurge }] as const;
  });
  const idsOf = (wanted: string) => of(wanted).map(({ name, outputs: { id } }) => [name, id] as const);
  const trunks = idsOf(trunkType);
  const protectedWorkers = of(workerType).flatMap(({ name, outputs: { protectedBy } }) =>
    protectedBy === undefined ? [] : [[name, protectedBy] as const],
  );
  return {
    servers: Object.fromEntries(servers),
    ports: Object.fromEntries(idsOf(portType)),
    ...(trunks.length > 0 && { trunks: Object.fromEntries(trunks) }),
    ...(protectedWorkers.length > 0 && { protectedWorkers: Object.fromEntries(protectedWorkers) }),
  };
}

/**
 * Asks the engine which servers and ports the stack's state has. The program cannot tell otherwise what of its own an `up`
 * that was interrupted has left outside of it, and the option `import` is not for what is in it (components/baremetal-server.ts).
 *
 * The function is the engine's own, without a word in its documentation (pulumi/pulumi, pkg/resource/deploy/builtins.go,
 * readStackResourceOutputs). It ends the engine if there is no state at all (pkg/backend/backend.go, GetStackResourceOutputs):
 * then it is not to be called.
 */
export async function readState(): Promise<Result<StateFacts>> {
  // a backend of one's own has no organizations, and one of an old layout takes no name with slashes
  const organization = pulumi.getOrganization();
  const place = organization === "organization" ? [] : [organization, pulumi.getProject()];
  const stackName = [...place, pulumi.getStack()].join("/");
  try {
    const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
    return { value: stateOf(answer) };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}
