import { z } from "zod";
import { serverIdOf } from "../../../components/kubernetes/provider-id.ts";
import type { HealthCheckFacts, MachineFacts } from "../facts.ts";

const api = "/apis/machine.openshift.io/v1beta1/namespaces/openshift-machine-api";

export const machinesPath = `${api}/machines`;
export const healthChecksPath = `${api}/machinehealthchecks`;

const labels = z.record(z.string(), z.string()).default({});

/** openshift/api machine/v1beta1, Machine. */
const machinesSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels }),
      spec: z.object({ providerID: z.string().nullish() }).prefault({}),
      status: z
        .object({
          nodeRef: z.object({ name: z.string().optional() }).nullish(),
          addresses: z.array(z.object({ type: z.string(), address: z.string() })).nullish(),
        })
        .prefault({}),
    }),
  ),
});

/** The Machines in a list response of the API server. */
export const parseMachines = (list: unknown): MachineFacts[] =>
  machinesSchema.parse(list).items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    labels: metadata.labels,
    serverId: serverIdOf(spec.providerID ?? undefined),
    node: status.nodeRef?.name,
    internalIps: (status.addresses ?? []).filter(({ type }) => type === "InternalIP").map(({ address }) => address),
  }));

const expression = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) });

/** The same, MachineHealthCheck. */
const healthChecksSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        selector: z.object({ matchLabels: labels, matchExpressions: z.array(expression).default([]) }).prefault({}),
      }),
    }),
  ),
});

/** The MachineHealthChecks in a list response of the API server. */
export const parseHealthChecks = (list: unknown): HealthCheckFacts[] =>
  healthChecksSchema.parse(list).items.map(({ metadata, spec }) => ({ name: metadata.name, selector: spec.selector }));
