import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Changes, changesOf, digestSchema } from "../../../ci/review/changes.ts";

const component = (name: string): string => `openstack-baremetal-compute:index:${name}`;
const ofWorker = [component("WorkerPool"), component("BaremetalWorker")];

const types = {
  claim: [...ofWorker, "openshift-node:index:NodeClaim"],
  port: [...ofWorker, component("SubnetPorts"), "openstack:networking/port:Port"],
  trunk: [...ofWorker, component("SubnetPorts"), component("PortTrunk"), "openstack:networking/trunk:Trunk"],
  server: [...ofWorker, component("BaremetalServer"), "openstack:compute/instance:Instance"],
  drain: [...ofWorker, "openshift-node:index:NodeDrain"],
  node: [...ofWorker, "openshift-node:index:OpenShiftNode"],
  worker: ofWorker,
  membership: [component("WorkerPool"), "openshift-node:index:PoolMembership"],
  object: [
    component("WorkerPool"),
    component("IgnitionStore"),
    "openstack:objectstorage/containerObject:ContainerObject",
  ],
  stack: ["pulumi:pulumi:Stack"],
} as const;

interface Given {
  readonly op: string;
  readonly type: keyof typeof types;
  readonly name: string;
  readonly replaceReasons?: readonly string[];
  readonly diffReasons?: readonly string[];
  readonly detailedDiff?: Readonly<Record<string, { readonly kind: string }>>;
}

/** What `pulumi preview --json` prints of some steps. */
function changes(given: readonly Given[], rest: object = {}): Changes {
  const steps = given.map(({ type, name, detailedDiff = null, ...step }) => ({
    ...step,
    urn: `urn:pulumi:production::openstack-baremetal-compute::${types[type].join("$")}::${name}`,
    newState: { inputs: { userData: "[secret]" } },
    detailedDiff,
  }));
  return changesOf(digestSchema.parse({ steps, ...rest }));
}

const all = (op: string, name: string): Given[] =>
  (["claim", "server", "drain", "node", "worker"] as const).map((type) => ({ op, type, name }));

describe("GIVEN a preview of a worker", () => {
  test.each<[string, readonly Given[], object]>([
    ["created", all("create", "a-0"), { name: "a-0", kind: "attach", because: [] }],
    ["deleted", all("delete", "a-0"), { name: "a-0", kind: "detach", because: [] }],
    ["imported", all("import", "a-0"), { name: "a-0", kind: "take over", because: [] }],
    [
      "with another image, which the engine does not count among its reasons",
      [
        {
          op: "replace",
          type: "server",
          name: "a-0",
          detailedDiff: { "metadata.image": { kind: "update-replace" }, userData: { kind: "update" } },
        },
      ],
      { name: "a-0", kind: "replace", because: ["Instance: metadata.image"] },
    ],
    [
      "with another image",
      [
        { op: "create-replacement", type: "server", name: "a-0", replaceReasons: ["metadata.image"] },
        { op: "replace", type: "server", name: "a-0", replaceReasons: ["metadata.image"] },
        { op: "delete-replaced", type: "node", name: "a-0", replaceReasons: ["serverId"] },
        { op: "update", type: "claim", name: "a-0", diffReasons: ["owner"] },
      ],
      { name: "a-0", kind: "replace", because: ["Instance: metadata.image", "OpenShiftNode: serverId"] },
    ],
    [
      "with other labels",
      [{ op: "update", type: "node", name: "a-0", diffReasons: ["labels"] }],
      { name: "a-0", kind: "update", because: ["OpenShiftNode: labels"] },
    ],
    [
      "with other groups of its second port",
      [{ op: "update", type: "port", name: "a-0-port-1", diffReasons: ["securityGroupIds"] }],
      { name: "a-0", kind: "update", because: ["Port: securityGroupIds"] },
    ],
    [
      "with other VLANs of its trunk",
      [
        { op: "create", type: "port", name: "a-0-port-0-vlan-100-0a1b2c3d" },
        { op: "delete", type: "port", name: "a-0-port-0-vlan-200-0a1b2c3d" },
        { op: "update", type: "trunk", name: "a-0-port-0-trunk", diffReasons: ["subPorts"] },
      ],
      { name: "a-0", kind: "update", because: ["Trunk: subPorts"] },
    ],
  ])("WHEN it is %s THEN it is one change", (_, steps, expected) => {
    const found = changes(steps);
    expect(found.workers).toEqual([expected]);
    expect(found.others).toEqual([]);
  });

  test.each(["same", "refresh", "read", "diff", "remove-pending-replace"])(
    "WHEN a step is %s THEN it changes nothing",
    (op) => {
      expect(changes(all(op, "a-0"))).toMatchObject({ workers: [], others: [], isGrave: false });
    },
  );
});

describe("GIVEN a preview of several resources", () => {
  test("WHEN workers change in several ways THEN the gravest are first", () => {
    const { workers } = changes([
      { op: "update", type: "node", name: "d" },
      ...all("create", "c"),
      ...all("delete", "b"),
      { op: "replace", type: "server", name: "a" },
    ]);
    expect(workers.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "replace a",
      "detach b",
      "attach c",
      "update d",
    ]);
  });

  test("WHEN what belongs to a pool changes THEN it is named by its type, and components are left out", () => {
    const { others, workers } = changes([
      { op: "update", type: "membership", name: "metal", diffReasons: ["members"] },
      { op: "create", type: "object", name: "metal-ignition-payload" },
      { op: "create", type: "stack", name: "openstack-baremetal-compute-production" },
    ]);
    expect(others).toEqual([
      { name: "ContainerObject metal-ignition-payload", kind: "attach", because: [] },
      { name: "PoolMembership metal", kind: "update", because: ["PoolMembership: members"] },
    ]);
    expect(workers).toEqual([]);
  });

  test.each<[string, readonly Given[], boolean]>([
    ["attaches a worker", all("create", "a"), false],
    ["edits one in place", [{ op: "update", type: "node", name: "a" }], false],
    ["detaches one", all("delete", "a"), true],
    ["replaces one", [{ op: "replace", type: "server", name: "a" }], true],
    ["deletes the object of a pool", [{ op: "delete", type: "object", name: "a" }], true],
  ])("WHEN it %s THEN whether it needs a review is told", (_, steps, expected) => {
    expect(changes(steps).isGrave).toBe(expected);
  });

  test("WHEN it has messages THEN their colours are gone, and the unchanged are counted", () => {
    const found = changes([], {
      changeSummary: { same: 12, update: 1 },
      diagnostics: [{ message: "<{%fg 1%}>error: <{%reset%}>pools[metal]: wrong\n", severity: "error" }],
    });
    expect(found).toMatchObject({
      unchanged: 12,
      messages: [{ severity: "error", text: "error: pools[metal]: wrong" }],
    });
  });
});

test("GIVEN any steps WHEN they are read THEN each worker is there once, and a deletion or replacement is grave", () => {
  const step = fc.record({
    op: fc.constantFrom("create", "delete", "update", "replace", "same", "import"),
    type: fc.constantFrom("claim" as const, "server" as const, "node" as const),
    name: fc.constantFrom("a", "b", "c"),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { workers, isGrave } = changes(steps);
      const names = workers.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(new Set(names)).toEqual(new Set(steps.flatMap(({ op, name }) => (op === "same" ? [] : [name]))));
      expect(isGrave).toBe(steps.some(({ op }) => op === "delete" || op === "replace"));
    }),
  );
});
