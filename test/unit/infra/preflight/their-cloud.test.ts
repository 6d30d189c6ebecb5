import { expect, test } from "@jest/globals";
import { isTheirCloud } from "../../../../infra/preflight/their-cloud.ts";
import { answer, existingServer, factsOf, nodeOf, owner } from "../../../support/preflight-facts.ts";

const former = "organization/project/former";
const node = (name: string, by: string | undefined = owner) => nodeOf(name, by, "v1.34.1");
const server = (name: string, by: string | undefined = owner) => existingServer(`id of ${name}`, name, by);
const seen = (nodes: ReturnType<typeof node>[], servers: ReturnType<typeof server>[]) =>
  isTheirCloud(factsOf({ cluster: { nodes }, checks: { servers: answer(servers) }, formerOwners: [former] }));

test.each<[string, ReturnType<typeof isTheirCloud>, ReturnType<typeof isTheirCloud>]>([
  ["no Node", seen([], []), "yes"],
  ["Nodes of others only", seen([nodeOf("m", undefined, "v1.34.1"), node("o", "a/b/c")], []), "yes"],
  ["Nodes whose servers are all there", seen([node("a"), node("b")], [server("a"), server("b")]), "yes"],
  ["Nodes one of whose servers was deleted", seen([node("a"), node("b")], [server("b")]), "yes"],
  ["Nodes and servers of a former name", seen([node("a", former)], [server("a", former)]), "yes"],
  ["Nodes without a server there", seen([node("a"), node("b")], []), ["a", "b"]],
  ["Nodes whose names others' servers have", seen([node("a")], [server("a", "a/b/c")]), ["a"]],
  ["servers of other workers only", seen([node("a")], [server("b")]), ["a"]],
])(
  "GIVEN %s WHEN a project is judged THEN it is the stack's, or the Nodes without a server are named",
  (_, found, expected) => {
    expect(found).toEqual(expected);
  },
);

test("GIVEN servers that cannot be read WHEN a project is judged THEN nobody knows", () => {
  const checks = { servers: { error: "HTTP 403" } };
  expect(isTheirCloud(factsOf({ cluster: { nodes: [node("a")] }, checks }))).toBeUndefined();
});
