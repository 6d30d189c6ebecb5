/**
 * The package schema (pulumi.com/docs/iac/guides/building-extending/packages/schema): what `pulumi import` writes a
 * program from. What each property means stands where programs use it: components/{node-claim,openshift-node,
 * pool-membership,node-provider}.ts.
 */

type Property = Record<string, unknown>;

const string: Property = { type: "string" };
const integer: Property = { type: "integer" };
const number: Property = { type: "number" };
const boolean: Property = { type: "boolean" };
const listOf = (items: Property): Property => ({ type: "array", items });
const ref = (type: string): Property => ({ $ref: `#/types/openshift-node:index:${type}` });
const mapping: Property = { type: "object", additionalProperties: string };

const object = (properties: Record<string, Property>, required: readonly string[] = []): Property => ({
  type: "object",
  properties,
  required,
});

const types = {
  Timeouts: object({
    provision: number,
    boot: number,
    servingCsr: number,
    ready: number,
    delete: number,
    nodeRemoval: number,
  }),
  Drain: object({
    timeout: number,
    gracePeriod: integer,
    deleteEmptyDirData: boolean,
    force: boolean,
    disableEviction: boolean,
    onTimeout: string,
  }),
  Taint: object({ key: string, value: string, effect: string }, ["key", "effect"]),
  TimelineEntry: object({ phase: string, seconds: number }, ["phase", "seconds"]),
  Member: object({ nodeName: string, serverId: string }, ["nodeName", "serverId"]),
};

interface Definition {
  description: string;
  inputs: Record<string, Property>;
  /** inputs that Check does not fill in */
  required: readonly string[];
  /** properties besides the inputs */
  outputs: Record<string, Property>;
  /** outputs that not every resource of the type has */
  optionalOutputs?: readonly string[];
}

const resources: Record<string, Definition> = {
  NodeClaim: {
    description: "The name of a worker in the cluster",
    inputs: { nodeName: string, owner: string, removeTimeout: number, configPath: string },
    required: ["nodeName", "owner"],
    outputs: { imported: boolean },
    optionalOutputs: ["imported"],
  },
  OpenShiftNode: {
    description: "A server's membership in the cluster",
    inputs: {
      nodeName: string,
      owner: string,
      serverId: string,
      serverCreated: string,
      powerState: string,
      fixedIps: listOf(string),
      timeouts: ref("Timeouts"),
      drain: ref("Drain"),
      labels: mapping,
      taints: listOf(ref("Taint")),
      specHash: string,
      configPath: string,
      serverUrn: string,
    },
    required: ["nodeName", "owner", "serverId", "serverCreated", "powerState", "fixedIps", "configPath"],
    outputs: {
      nodeUid: string,
      providerId: string,
      internalIp: string,
      state: string,
      timeline: listOf(ref("TimelineEntry")),
      imported: boolean,
    },
    optionalOutputs: ["imported"],
  },
  PoolMembership: {
    description: "Who belongs to a pool",
    inputs: {
      pool: string,
      owner: string,
      members: listOf(ref("Member")),
      cordonTimeout: number,
      configPath: string,
    },
    required: ["pool", "owner", "members", "cordonTimeout", "configPath"],
    outputs: {},
  },
};

const provider: Record<string, Property> = {
  kubeconfig: { ...string, secret: true },
  context: string,
  proxy: { ...string, secret: true },
  ca: string,
  clusterUid: string,
  clusterUnreachable: string,
  expectedWorkers: integer,
};

/** The schema in JSON. */
export function schemaOf(version: string): string {
  const token = <T>([name, it]: [string, T]) => [`openshift-node:index:${name}`, it] as const;
  return JSON.stringify({
    name: "openshift-node",
    version,
    description: "Workers of an OpenShift cluster, by the name, the server and the pool that they are of",
    resources: Object.fromEntries(Object.entries(resources).map(([name, it]) => token([name, describe(it)]))),
    types: Object.fromEntries(Object.entries(types).map(token)),
    provider: { inputProperties: provider },
  });
}

function describe({ description, inputs, required, outputs, optionalOutputs = [] }: Definition) {
  const properties = { ...inputs, ...outputs };
  const always = Object.keys(outputs).filter((it) => !optionalOutputs.includes(it));
  return {
    description,
    inputProperties: inputs,
    requiredInputs: required,
    properties,
    required: [...required, ...always],
  };
}
