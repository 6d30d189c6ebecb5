import { describe, expect, test } from "@jest/globals";
import { annotations, type NodeObject } from "../../../../../components/kubernetes/types.ts";
import type { Csr } from "../../../../../components/node/csr/types.ts";
import { type Properties, unknown } from "../../../../../components/node/operation/property-values.ts";
import { idOf } from "../../../../../components/node/metadata/taints.ts";
import { asProperties } from "../../../../../components/node/operation/types.ts";
import { driftOf } from "../../../../../components/node/resources/drift.ts";
import { clientCsr, node, nodeInputs, otherServer, owner, request, worker } from "../../../../support/node-fixtures.ts";

const gpu = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
const foreign = { key: "node.kubernetes.io/unreachable", effect: "NoExecute" };
const news = asProperties({ ...nodeInputs, labels: { tier: "gold" }, taints: [gpu], specHash: "00ff" });
const outputs = { nodeUid: "node-uid", providerId: "p", internalIp: "10.0.0.10", state: "Ready", timeline: [] };
const state = asProperties(news, outputs, { ownTaints: ["dedicated:NoSchedule"] });

/** The Node as the last update left it. */
function left(
  changes: { annotations?: object; labels?: object; taints?: object[]; uid?: string; providerID?: string } = {},
): NodeObject {
  const marks = {
    [annotations.owner]: owner,
    [annotations.serverId]: worker.serverId,
    [annotations.specHash]: "00ff",
    [annotations.taints]: "dedicated:NoSchedule",
    ...changes.annotations,
  };
  const { uid = "node-uid", providerID = `openstack:///${worker.serverId}` } = changes;
  return node({
    metadata: { uid, annotations: marks, labels: { tier: "gold", other: "x", ...changes.labels } },
    spec: { providerID, taints: (changes.taints ?? [foreign, gpu]) as NonNullable<NodeObject["spec"]["taints"]> },
  });
}

const unreachable: NodeObject = {
  ...left(),
  status: {
    ...left().status,
    conditions: [{ type: "Ready", status: "Unknown", lastHeartbeatTime: "2026-01-02T11:00:00Z" }],
  },
};

interface Case {
  found: NodeObject | undefined;
  requests?: Csr[];
  state?: Properties;
  news?: Properties;
  paths: string[];
  what?: RegExp;
}

describe("GIVEN what the last update left, WHEN the Node is looked at again", () => {
  const imported = { ...state, imported: true };
  const unmarked = node({ metadata: { labels: { tier: "gold" } }, spec: { ...left().spec } });
  test.each<[string, Case]>([
    ["nothing is different", { found: left(), paths: [] }],
    ["what others did does not count", { found: left({ labels: { other: "y" }, taints: [gpu] }), paths: [] }],
    ["the join was not completed", { found: left(), state: { ...state, state: "Joining" }, paths: ["state"] }],
    [
      "it was not ready at the last refresh",
      { found: left(), state: { ...state, state: "NotReady" }, paths: ["state"] },
    ],
    ["it was missing and is back", { found: left(), state: { ...state, state: "Missing" }, paths: ["state"] }],
    ["its Node is gone", { found: undefined, paths: ["state"], what: /no Node of server/ }],
    ["it never had one", { found: undefined, state: { ...state, state: "Joining" }, paths: ["state"] }],
    [
      "the Node of that name is another server's",
      { found: left({ providerID: `openstack:///${otherServer}` }), paths: ["state"], what: /no Node of server/ },
    ],
    [
      "a kubelet has noted another owner: that is repaired",
      { found: left({ annotations: { [annotations.owner]: "a/b/c" } }), paths: ["owner"] },
    ],
    ["it registered again", { found: left({ uid: "new" }), paths: ["nodeUid"], what: /its Node, which was deleted/ }],
    [
      "it is still cordoned by us",
      {
        found: left({ annotations: { [annotations.cordonedBy]: owner } }),
        paths: ["state"],
        what: /cordon of an abandoned detach/,
      },
    ],
    [
      "somebody else cordoned it, and a detach that was given up has noted its key",
      {
        found: left({ annotations: { [annotations.cordonedBy]: "a/b/c", [annotations.clientKey]: "SHA256:0" } }),
        paths: ["state"],
        what: /the client key that an abandoned detach has noted/,
      },
    ],
    ["somebody else cordoned it", { found: left({ annotations: { [annotations.cordonedBy]: "a/b/c" } }), paths: [] }],
    [
      "a label is another",
      { found: left({ labels: { tier: "lead" } }), paths: ["labels.tier"], what: /^the label tier, which is "lead"$/ },
    ],
    [
      "a taint is gone",
      {
        found: left({ taints: [foreign] }),
        paths: ["taints"],
        what: /taints, which are node\.kubernetes\.io\/unreachable:NoExecute$/,
      },
    ],
    ["a taint has another value", { found: left({ taints: [{ ...gpu, value: "x" }] }), paths: ["taints"] }],
    [
      "somebody else's taint is in the way",
      {
        found: left({ taints: [{ ...gpu, value: "x" }] }),
        state: { ...state, ownTaints: [] },
        paths: ["taints"],
      },
    ],
    [
      "a kubelet has noted an administrator's taint as ours: it stays",
      {
        found: left({ annotations: { [annotations.taints]: idOf(foreign) } }),
        news: { ...news, taints: [] },
        state: { ...state, taints: [], ownTaints: [] },
        paths: [],
      },
    ],
    ["a taint of ours is no longer wanted", { found: left(), news: { ...news, taints: [] }, paths: ["taints"] }],
    [
      "a kubelet has removed our record of taints: nothing goes by it",
      { found: left({ annotations: { [annotations.taints]: "" } }), paths: [] },
    ],
    [
      "our annotations are gone",
      { found: unmarked, paths: ["owner", "specHash"], what: /annotations, which are not those of this stack/ },
    ],
    [
      "a label is gone",
      {
        found: left(),
        news: { ...news, labels: { zone: "a" } },
        paths: ["labels.zone"],
        what: /^the label zone, which is gone$/,
      },
    ],
    [
      "its certificate expired and its kubelet requests another",
      {
        found: unreachable,
        state: { ...state, clientKey: `SHA256:${"aa".repeat(32)}` },
        requests: [clientCsr({ created: "2026-01-02T12:00:00Z", request: request({ publicKey: "aa".repeat(32) }) })],
        paths: ["state"],
        what: /certificate, which expired.*csr-client/,
      },
    ],
    [
      "its certificate expired and its kubelet requests another, with a key that is not known",
      { found: unreachable, requests: [clientCsr({ created: "2026-01-02T12:00:00Z" })], paths: [] },
    ],
    [
      "an imported one is to be admitted with another key",
      { found: left(), state: imported, news: { ...news, readmit: true }, paths: ["readmit"] },
    ],
    [
      "its kubelet does not report, and the request is not its own",
      { found: unreachable, requests: [clientCsr({ username: "mallory" })], paths: [] },
    ],
    ["its kubelet does not report", { found: unreachable, paths: [] }],
    [
      "a replacement is previewed",
      { found: left(), news: { ...news, serverId: unknown, fixedIps: unknown }, paths: [] },
    ],
    [
      "labels that are not known yet are not judged",
      { found: unmarked, news: { ...news, labels: unknown }, paths: [] },
    ],
    ["an imported one needs no annotations", { found: unmarked, state: imported, paths: [] }],
    [
      "an imported one needs the labels that are asked for",
      { found: unmarked, state: imported, news: { ...news, labels: { tier: "lead" } }, paths: ["labels.tier"] },
    ],
    ["an imported one may go missing", { found: undefined, state: imported, paths: ["state"] }],
    [
      "a state of a former release has no marks to compare",
      {
        found: left(),
        state: asProperties(
          Object.fromEntries(Object.entries(state).filter(([key]) => key !== "labels" && key !== "taints")),
        ),
        paths: [],
      },
    ],
  ])("THEN %s", (_, { found, state: before = state, news: after = news, requests, paths, what }) => {
    const repairs = driftOf(found, before, after, requests);
    expect([...new Set(repairs.map((it) => it.path))].sort()).toEqual([...paths].sort());
    if (what) expect(repairs.map((it) => it.what).join("\n")).toMatch(what);
  });
});
