import { describe, expect, test } from "@jest/globals";
import { annotations, type NodeObject } from "../../../../../components/kubernetes/types.ts";
import { type Issuable, originOf, readiness, servingState } from "../../../../../components/node/cluster/readiness.ts";
import type { Csr } from "../../../../../components/node/csr/types.ts";
import { node, otherServer, owner, servingCsr, worker } from "../../../../support/node-fixtures.ts";

const address = (ip: string) => ({ addresses: [{ type: "InternalIP", address: ip }] });
const ready = { conditions: [{ type: "Ready", status: "True" }] };

describe("GIVEN a Node (rules.md 2.6), WHEN it is asked what is missing", () => {
  test.each<[string, NodeObject | undefined, string[]]>([
    ["nothing of a ready one", node(), []],
    ["no Node", undefined, ["the Node's registration"]],
    [
      "not ready",
      node({
        status: { ...address("10.0.0.10"), conditions: [{ type: "Ready", status: "False", message: "no CNI" }] },
      }),
      ["condition Ready (False: no CNI)"],
    ],
    [
      "silent",
      node({
        status: {
          ...address("10.0.0.10"),
          conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }],
        },
      }),
      ["condition Ready (Unknown: NodeStatusUnknown)"],
    ],
    ["not reported", node({ status: address("10.0.0.10") }), ["condition Ready (not reported)"]],
    ["no address", node({ status: ready }), ["an InternalIP"]],
    [
      "only another kind of address",
      node({ status: { ...ready, addresses: [{ type: "Hostname", address: "x" }] } }),
      ["an InternalIP"],
    ],
    ["no providerID", node({ spec: {} }), ["a providerID (cloud controller)"]],
    [
      "tainted uninitialized",
      node({
        spec: {
          providerID: `openstack:///${worker.serverId}`,
          taints: [{ key: "node.cloudprovider.kubernetes.io/uninitialized", effect: "NoSchedule" }],
        },
      }),
      ["removal of taint node.cloudprovider.kubernetes.io/uninitialized (cloud controller)"],
    ],
    [
      "another taint does not matter",
      node({
        spec: { providerID: `openstack:///${worker.serverId}`, taints: [{ key: "dedicated", effect: "NoSchedule" }] },
      }),
      [],
    ],
    [
      "just registered",
      node({ spec: {}, status: {} }),
      ["condition Ready (not reported)", "an InternalIP", "a providerID (cloud controller)"],
    ],
  ])("%s", (_, it, missing) => {
    expect(readiness(it, worker)).toEqual({ missing, contradiction: undefined });
  });

  test.each<[string, NodeObject, RegExp]>([
    [
      "hard case 24: another address than its port's",
      node({ status: { ...ready, ...address("10.9.9.9") } }),
      /10\.9\.9\.9.*10\.0\.0\.10/,
    ],
    ["another server's providerID", node({ spec: { providerID: `openstack:///${otherServer}` } }), /9999.*1111/],
    ["another cloud's providerID", node({ spec: { providerID: "aws:///eu/i-1" } }), /aws/],
  ])("%s can never become right", (_, it, expected) => {
    expect(readiness(it, worker).contradiction).toMatch(expected);
  });

  test("an IPv6 address in another spelling is the same", () => {
    expect(readiness(node({ status: { ...ready, ...address("FD00:0:0::10") } }), worker).contradiction).toBeUndefined();
  });
});

describe("GIVEN a cluster without a cloud controller, WHEN a Node is asked what is missing", () => {
  const byAddress = { ...worker, identity: "address" as const };
  const uninitialized = { key: "node.cloudprovider.kubernetes.io/uninitialized", effect: "NoSchedule" };

  test.each<[string, NodeObject, string[]]>([
    ["no providerID is needed", node({ spec: {} }), []],
    ["our own providerID does no harm", node(), []],
    ["an address is needed", node({ spec: {}, status: ready }), ["an InternalIP"]],
    [
      "a taint that nobody removes is told as such",
      node({ spec: { taints: [uninitialized] } }),
      [
        "removal of taint node.cloudprovider.kubernetes.io/uninitialized (this cluster has no cloud controller, and the kubelet runs with --cloud-provider=external)",
      ],
    ],
  ])("THEN %s", (_, it, missing) => {
    expect(readiness(it, byAddress)).toEqual({ missing, contradiction: undefined });
  });

  test.each<[string, NodeObject]>([
    ["another server's providerID", node({ spec: { providerID: `openstack:///${otherServer}` } })],
    ["a BareMetalHost's", node({ spec: { providerID: "baremetalhost:///openshift-machine-api/host-1/uid" } })],
    ["another address", node({ spec: {}, status: { ...ready, ...address("10.9.9.9") } })],
  ])("THEN %s is a contradiction", (_, it) => {
    expect(readiness(it, byAddress).contradiction).toBeDefined();
  });

  test.each<[string, NodeObject, string]>([
    ["with our address", node({ spec: {} }), "ours"],
    ["with another's providerID", node({ spec: { providerID: `openstack:///${otherServer}` } }), "foreign"],
    ["with another's address", node({ spec: {}, status: { ...ready, ...address("10.9.9.9") } }), "foreign"],
    ["without an address, which its kubelet would have told", node({ spec: {}, status: {} }), "foreign"],
    [
      "registered before the server was made",
      node({ spec: {}, metadata: { creationTimestamp: "2025-12-01T00:00:00Z" } }),
      "foreign",
    ],
  ])("THEN one %s is %s", (_, it, kind) => {
    expect(originOf(it, byAddress, [owner]).kind).toBe(kind);
  });
});

describe("GIVEN a Node under a worker's name (design.md 2, hard case 11), WHEN its owner is determined", () => {
  const mine = { [annotations.owner]: owner };
  const of = (server: string) => ({ [annotations.serverId]: server });
  const bare = { spec: {}, status: { ...ready, ...address("10.0.0.10") } };
  test.each<[string, NodeObject, string]>([
    ["of our server", node(), "ours"],
    ["of our server, in a region", node({ spec: { providerID: `openstack://RegionOne/${worker.serverId}` } }), "ours"],
    ["annotated, of our server", node({ metadata: { annotations: { ...mine, ...of(worker.serverId) } } }), "ours"],
    [
      "annotated for our server, no providerID yet",
      node({ spec: {}, metadata: { annotations: { ...mine, ...of(worker.serverId) } } }),
      "ours",
    ],
    ["just registered by our server", node(bare), "ours"],
    ["just registered, without an address", node({ spec: {}, status: {} }), "ours"],
    [
      "of the former server, annotated by us",
      node({
        spec: { providerID: `openstack:///${otherServer}` },
        metadata: { annotations: { ...mine, ...of(otherServer) } },
      }),
      "former",
    ],
    [
      "of the former server, annotated by us, providerID never set",
      node({ spec: {}, metadata: { annotations: { ...mine, ...of(otherServer) } } }),
      "former",
    ],
    [
      "of another server, only our owner noted",
      node({ spec: { providerID: `openstack:///${otherServer}` }, metadata: { annotations: mine } }),
      "former",
    ],
    ["of another server, not annotated", node({ spec: { providerID: `openstack:///${otherServer}` } }), "foreign"],
    [
      "of another server, noted without an owner",
      node({ spec: { providerID: `openstack:///${otherServer}` }, metadata: { annotations: of(otherServer) } }),
      "foreign",
    ],
    ["of another cloud", node({ spec: { providerID: "aws:///eu/i-1" } }), "foreign"],
    [
      "of another stack, no providerID yet",
      node({ ...bare, metadata: { annotations: { [annotations.owner]: "acme/other/x" } } }),
      "foreign",
    ],
    [
      "of our server, whatever owner a kubelet has noted",
      node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } }),
      "ours",
    ],
    [
      "of our server, whatever server a kubelet has noted",
      node({ metadata: { annotations: { ...mine, ...of(otherServer) } } }),
      "ours",
    ],
    [
      "of another server, although a kubelet has noted ours",
      node({
        spec: { providerID: `openstack:///${otherServer}` },
        metadata: { annotations: { ...mine, ...of(worker.serverId) } },
      }),
      "foreign",
    ],
    [
      "registered before our server was made",
      node({ ...bare, metadata: { creationTimestamp: "2025-12-01T00:00:00Z" } }),
      "foreign",
    ],
    ["registered with another address", node({ spec: {}, status: { ...ready, ...address("10.0.0.99") } }), "foreign"],
  ])("%s", (_, it, expected) => {
    expect(originOf(it, worker, [owner]).kind).toBe(expected);
  });

  test("a Node of a stack's former name is still ours", () => {
    const renamed = node({ ...bare, metadata: { annotations: { ...mine, ...of(worker.serverId) } } });
    expect(originOf(renamed, worker, ["acme/new/lab", owner]).kind).toBe("ours");
    expect(originOf(renamed, worker, ["acme/new/lab"]).kind).toBe("foreign");
  });
});

// Approved ones live an hour (kubernetes, pkg/controller/certificates/cleaner); the certificate comes with the signer
// (pkg/controller/certificates/signer), after the approval.
describe("GIVEN the serving requests, WHEN the state is asked", () => {
  const young = Date.parse("2026-01-01T12:30:00Z");
  const old = Date.parse("2026-01-01T14:00:00Z");
  const formerCsr = (change: Partial<Csr> = {}): Csr => servingCsr({ created: "2026-01-01T11:30:00Z", ...change });
  const issued = (csr: Csr): Issuable => ({ csr, issued: true });
  test.each<[string, (Csr | Issuable)[], number, string]>([
    ["none yet", [], young, "none"],
    ["one pending", [servingCsr()], young, "pending"],
    ["one approved", [servingCsr({ state: "approved" })], young, "approved"],
    [
      "one approved, a newer one pending",
      [servingCsr({ state: "approved" }), servingCsr({ name: "b" })],
      young,
      "approved",
    ],
    ["only an approved one of a former server", [formerCsr({ state: "approved" })], young, "none"],
    [
      "one approved, one of a former server pending",
      [formerCsr(), servingCsr({ state: "approved", name: "b" })],
      young,
      "approved",
    ],
    ["only a denied one", [servingCsr({ state: "denied" })], young, "none"],
    ["only another node's", [servingCsr({ state: "approved", username: "system:node:x" })], young, "none"],
    ["one issued", [issued(servingCsr({ state: "approved" }))], young, "issued"],
    [
      "one issued, a newer one pending",
      [issued(servingCsr({ state: "approved" })), servingCsr({ name: "b" })],
      young,
      "issued",
    ],
    ["one issued to a former server", [issued(formerCsr({ state: "approved" }))], young, "none"],
    ["one that the signer failed", [servingCsr({ state: "failed" })], young, "none"],
    ["one approved on an old node", [servingCsr({ state: "approved" })], old, "approved"],
    ["none, but the node is older than any request", [], old, "issued"],
    ["one pending on an old node", [servingCsr()], old, "pending"],
  ])("%s", (_, given, now, expected) => {
    const requests = given.map((it) => ("csr" in it ? it : { csr: it, issued: false }));
    expect(servingState(node(), worker, requests, now)).toBe(expected);
  });
});
