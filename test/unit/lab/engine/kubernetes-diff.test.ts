import { describe, expect, test } from "@jest/globals";
import { unknown } from "../../../../components/node/operation/property-values.ts";
import { difference, inputsIn, pathText, prune } from "../../../lab/engine/kubernetes-plugin/diff.ts";
import { kindOf } from "../../../lab/engine/kubernetes-plugin/kinds.ts";

const role = kindOf("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole");
const binding = kindOf("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding");
const secret = kindOf("kubernetes:core/v1:Secret");

const head = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" };
const server = { uid: "1", resourceVersion: "5", creationTimestamp: "2025-01-01T00:00:00Z", managedFields: [{}] };

const list = (changes: ReadonlyMap<string, string>): string[] =>
  [...changes].map(([path, change]) => `${change} ${path}`).sort();

describe("prune", () => {
  test("keeps of the live object what the program gave", () => {
    const live = { a: 1, b: { c: 2, d: 3 }, e: 4 };
    expect(prune(live, { a: 0, b: { c: 0 } })).toEqual({ a: 1, b: { c: 2 } });
  });

  test("keeps an element that another client added to a list, and prunes the known ones", () => {
    expect(prune([{ a: 1, x: 9 }, { b: 2 }], [{ a: 0 }])).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test("takes no field from the inputs", () => {
    expect(prune({}, { a: 1 })).toEqual({});
  });
});

describe("difference", () => {
  const inputs = { ...head, metadata: { name: "r", labels: { "a.b/c": "1" } }, rules: [{ verbs: ["get", "list"] }] };
  const state = { ...inputs, metadata: { ...inputs.metadata, ...server }, __fieldManager: "m" };

  test("is none for the same inputs, whatever the server added", () => {
    const { changes, replaces } = difference(role, state, inputs, inputs);
    expect(list(changes)).toEqual([]);
    expect(replaces).toEqual([]);
  });

  test("names the path of every change", () => {
    const news = { ...head, metadata: { name: "r", labels: { "a.b/c": "2", d: "3" } }, rules: [{ verbs: ["get"] }] };
    expect(list(difference(role, state, inputs, news).changes)).toEqual([
      "add metadata.labels.d",
      "delete rules[0].verbs[1]",
      'update metadata.labels["a.b/c"]',
    ]);
  });

  test("shows what the cluster had when it was last looked at, and not what the program gave then", () => {
    const drifted = { ...state, rules: [{ verbs: ["get", "list", "delete"] }] };
    expect(list(difference(role, drifted, inputs, inputs).changes)).toEqual(["delete rules[0].verbs[2]"]);
  });

  test("takes a value that is not known yet for a change", () => {
    const news = { ...inputs, metadata: { name: "r", labels: { "a.b/c": unknown } } };
    expect(list(difference(role, state, inputs, news).changes)).toEqual(['update metadata.labels["a.b/c"]']);
  });

  test("heeds ignoreChanges below a path", () => {
    const news = { ...inputs, rules: [{ verbs: ["get"] }] };
    expect(list(difference(role, state, inputs, news, ["rules"]).changes)).toEqual([]);
    expect(list(difference(role, state, inputs, news, ["rule"]).changes)).toHaveLength(1);
  });

  test("replaces for another name, without deleting first", () => {
    const news = { ...inputs, metadata: { ...inputs.metadata, name: "other" } };
    const { replaces, deleteBeforeReplace } = difference(role, state, inputs, news);
    expect(replaces).toEqual(["metadata.name"]);
    expect(deleteBeforeReplace).toBe(false);
  });

  test("replaces a binding for another role, and deletes first because the name stays", () => {
    const given = { metadata: { name: "b" }, roleRef: { name: "r" } };
    const { replaces, deleteBeforeReplace } = difference(binding, given, given, { ...given, roleRef: { name: "s" } });
    expect(replaces).toEqual(["roleRef.name"]);
    expect(deleteBeforeReplace).toBe(true);
  });

  test("does not delete first what gets a new name of its own", () => {
    const metadata = { name: "b-12345678", annotations: { "pulumi.com/autonamed": "true" } };
    const given = { metadata, roleRef: { name: "r" } };
    const { deleteBeforeReplace } = difference(binding, given, given, { ...given, roleRef: { name: "s" } });
    expect(deleteBeforeReplace).toBe(false);
  });

  test("finds no difference between the default namespace and none", () => {
    const given = { metadata: { name: "s" } };
    const live = { metadata: { name: "s", namespace: "default" } };
    expect(list(difference(secret, live, given, given).changes)).toEqual([]);
  });

  test("compares stringData with the data that the server made of it, and names it as the program does", () => {
    const given = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, stringData: { t: "x" } };
    const live = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { t: "eA==" }, type: "Opaque" };
    expect(list(difference(secret, live, given, given).changes)).toEqual([]);
    const { changes, replaces } = difference(secret, live, given, { ...given, stringData: { t: "y" } });
    expect(list(changes)).toEqual(["update stringData.t"]);
    expect(replaces).toEqual(["stringData.t"]);
  });
});

describe("inputsIn", () => {
  const live = { ...head, metadata: { name: "r", ...server, labels: { a: "1" } }, rules: [], status: { x: 1 } };

  test("is what the program gave, as the cluster has it", () => {
    const given = { metadata: { name: "r", labels: { a: "0" } } };
    expect(inputsIn(live, given)).toEqual({ metadata: { name: "r", labels: { a: "1" } } });
  });

  test("is all that a program can give when an object is read that no program declares", () => {
    expect(inputsIn(live, {})).toEqual({ ...head, metadata: { name: "r", labels: { a: "1" } }, rules: [] });
  });
});

test("pathText writes what the engine can parse", () => {
  expect(pathText(["spec", "list", 0, "a-b", "c"])).toBe('spec.list[0]["a-b"].c');
  expect(pathText(["metadata", "labels", 'x"y'])).toBe('metadata.labels["x\\"y"]');
});
