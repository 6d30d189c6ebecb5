import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { annotations, type NodeObject } from "../../../../../components/kubernetes/types.ts";
import { leaving, type Member, ownershipOf } from "../../../../../components/node/metadata/ownership.ts";
import { node, otherServer, owner, worker } from "../../../../support/node-fixtures.ts";

const member = (nodeName: string, serverId = `server of ${nodeName}`): Member => ({ nodeName, serverId });
const [a, b, c] = [member("a"), member("b"), member("c")];

describe("GIVEN the members of a pool before and after an edit, WHEN it is asked who leaves", () => {
  test.each<[string, Member[], Member[], string[]]>([
    ["a smaller pool: its highest number", [a, b, c], [a, b], ["c"]],
    ["several at once", [a, b, c], [b], ["a", "c"]],
    ["an empty pool: all", [a, b], [], ["a", "b"]],
    ["a larger pool: nobody", [a], [a, b], []],
    ["the first members: nobody", [], [a], []],
    ["nothing changed: nobody", [a, b], [a, b], []],
    ["another order: nobody", [a, b], [b, a], []],
    ["one is exchanged", [a, b], [a, c], ["b"]],
    ["a replaced server: nobody, its node is already gone", [a], [member("a", "new")], []],
  ])("THEN %s", (_, before, after, expected) => {
    expect(leaving(before, after).map((it) => it.nodeName)).toEqual(expected);
  });

  test("THEN every leaving worker was a member and no longer is, and no other is missing", () => {
    const members = fc
      .uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"))
      .map((names) => names.map((it) => member(it)));
    const reached = { someone: 0, nobody: 0 };
    fc.assert(
      fc.property(members, members, (before, after) => {
        const gone = leaving(before, after);
        reached[gone.length > 0 ? "someone" : "nobody"] += 1;
        const wanted = new Set(after.map((it) => it.nodeName));
        for (const it of gone) expect(wanted.has(it.nodeName)).toBe(false);
        for (const it of before) expect(wanted.has(it.nodeName) || gone.includes(it)).toBe(true);
        expect(new Set(gone).size).toBe(gone.length);
      }),
    );
    expect(Math.min(reached.someone, reached.nobody)).toBeGreaterThan(0);
  });
});

describe("GIVEN a Node of a member's name, WHEN its owner is determined", () => {
  const marked = (marks: Record<string, string>, providerID: string | undefined): NodeObject =>
    node({ metadata: { annotations: marks }, spec: { ...(providerID !== undefined && { providerID }) } });
  const provider = (server: string) => `openstack:///${server}`;
  const own = { [annotations.owner]: owner };

  test.each<[string, NodeObject, string]>([
    ["its providerID is our server's", marked({}, provider(worker.serverId)), "ours"],
    ["and it has our annotation", marked(own, provider(worker.serverId)), "ours"],
    ["its region is in the providerID", marked(own, `openstack://region/${worker.serverId}`), "ours"],
    [
      "it has no providerID, but our annotation",
      marked({ ...own, [annotations.serverId]: worker.serverId }, undefined),
      "ours",
    ],
    ["it says nothing yet", marked({}, undefined), "ours"],
    [
      "it has the stack's former name",
      marked({ [annotations.owner]: "acme/x/former" }, provider(worker.serverId)),
      "ours",
    ],
    ["its providerID is another server's", marked(own, provider(otherServer)), `another server ${otherServer}`],
    [
      "its annotation names another server",
      marked({ ...own, [annotations.serverId]: otherServer }, undefined),
      `another server ${otherServer}`,
    ],
    [
      "the cloud controller is right, not the annotation",
      marked({ ...own, [annotations.serverId]: otherServer }, provider(worker.serverId)),
      "ours",
    ],
    [
      "the cloud controller is right, not another owner's annotation: a kubelet may write it",
      marked({ [annotations.owner]: "acme/other/x" }, provider(worker.serverId)),
      "ours",
    ],
    [
      "another server's, with our annotations: a kubelet may write them",
      marked({ ...own, [annotations.serverId]: worker.serverId }, provider(otherServer)),
      `another server ${otherServer}`,
    ],
    ["another cloud's", marked(own, "aws:///eu/i-1"), "another server aws:///eu/i-1"],
    [
      "it is another stack's, without a providerID yet",
      marked({ [annotations.owner]: "acme/other/x" }, undefined),
      "another owner acme/other/x",
    ],
  ])("THEN %s", (_, it, expected) => {
    const found = ownershipOf(it, worker, [owner, "acme/x/former"]);
    expect(Object.values(found).join(" ")).toBe(expected);
  });
});
