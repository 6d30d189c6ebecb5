import { describe, expect, test } from "@jest/globals";
import { loadKubeConfig } from "../../../../../components/kubernetes/kubeconfig.ts";
import type { KubeUser } from "../../../../../components/kubernetes/kubeconfig/file.ts";

// What kubectl 1.34 says to the same texts (`kubectl config view --raw`): sigs.k8s.io/yaml makes JSON of the YAML by the
// rules of gopkg.in/yaml.v2, and that JSON must fit the types of client-go.

const content = (user: string, cluster = "server: https://api.example:6443", more = ""): string =>
  [
    `clusters: [{name: c, cluster: {${cluster}}}]`,
    `users: [{name: u, user: {${user}}}]`,
    "contexts: [{name: x, context: {cluster: c, user: u}}]",
    `current-context: x\n${more}`,
  ].join("\n");
const userOf = (user: string): KubeUser => loadKubeConfig({ kubeconfig: content(user) }).user;

describe("GIVEN a value without quotes that YAML takes for no text, WHEN the kubeconfig is loaded THEN it is refused as kubectl does", () => {
  test.each([
    ["token", "12345678901234567890", "a number"],
    ["token", "0123456", "a number"],
    ["token", "089", "a number"],
    ["token", "1e5", "a number"],
    ["token", "1_000", "a number"],
    ["token", "0x1F", "a number"],
    ["token", "0o17", "a number"],
    ["token", "-0b11", "a number"],
    ["token", "+.5", "a number"],
    ["token", ".inf", "a number"],
    ["token", "!!int '7'", "a number"],
    ["password", "no", "true or false"],
    ["password", "y", "true or false"],
    ["password", "ON", "true or false"],
    ["as", "true", "true or false"],
    ["client-key-data", "1234", "a number"],
  ])("%s: %s", (key, value, kind) => {
    expect(() => userOf(`${key}: ${value}`)).toThrow(
      `user "u".${key} is ${kind} to YAML, and must be text: put it in quotes`,
    );
  });

  test("without a word of the value", () => {
    expect(() => userOf("token: 12345678901234567890")).not.toThrow(/123/);
  });

  test("in a list, and as a name, too", () => {
    expect(() => userOf("as: a, as-groups: [a, 7]")).toThrow('user "u".as-groups[1] is a number to YAML');
    expect(() => loadKubeConfig({ kubeconfig: "users: [{name: 1, user: {}}]\n" })).toThrow(
      "it.users[0].name is a number to YAML",
    );
  });
});

describe("GIVEN a value that is text to kubectl, WHEN the kubeconfig is loaded THEN it is that text", () => {
  test.each([
    ["'0123456'", "0123456"],
    ['"no"', "no"],
    ["!!str 7", "7"],
    ["!!binary cDE=", "p1"],
    ["2026-01-01", "2026-01-01"],
    ["1:20", "1:20"],
    ["0xdeadbeefdeadbeefdeadbeef", "0xdeadbeefdeadbeefdeadbeef"],
    ["1e999", "1e999"],
    ["08h", "08h"],
    ["=", "="],
    ["yEs", "yEs"],
    ["~", ""],
    ["Null", ""],
    ["a, token: b", "b"],
  ])("token: %s", (value, token) => {
    expect(userOf(`token: ${value}`).token).toBe(token);
  });

  test("and a group that is null is empty", () => {
    expect(userOf("as: a, as-groups: [~, b]").impersonation.groups).toEqual(["", "b"]);
  });
});

describe("GIVEN YAML that kubectl takes, WHEN the kubeconfig is loaded", () => {
  const clusterOf = (cluster: string) => loadKubeConfig({ kubeconfig: content("", cluster) }).cluster;

  test.each([
    ["yes", true],
    ["y", true],
    ["On", true],
    ["no", false],
    ["off", false],
    ["~", false],
  ])("THEN insecure-skip-tls-verify: %s is %p", (value, expected) => {
    expect(clusterOf(`server: https://a, insecure-skip-tls-verify: ${value}`).insecure).toBe(expected);
  });

  test("THEN of a repeated key the last one counts, and of several documents the first", () => {
    expect(clusterOf("server: https://a, server: https://b").server).toBe("https://b");
    const documents = content("token: a", undefined, "---\ncurrent-context: nowhere\n---\n{{{\n");
    expect(loadKubeConfig({ kubeconfig: documents }).user.token).toBe("a");
  });

  test("THEN `<<` counts where it is written", () => {
    expect(userOf("<<: {token: a}, token: b").token).toBe("b");
    expect(userOf("token: b, <<: {token: a}").token).toBe("a");
    expect(userOf("<<: [{token: a}, {token: b}]").token).toBe("a");
  });

  test("THEN a key that is a number is its text", () => {
    expect(userOf("as: a, as-user-extra: {1: [b]}").impersonation.extra).toEqual({ "1": ["b"] });
  });

  test("THEN what a helper is told of the cluster keeps its types", () => {
    const extension = "{a: 010, b: 1.5, c: no, d: [~, 7], e: '7'}";
    const { execConfig } = clusterOf(
      `server: https://a, extensions: [{name: client.authentication.k8s.io/exec, extension: ${extension}}]`,
    );
    expect(execConfig).toEqual({ a: 8, b: 1.5, c: false, d: [null, 7], e: "7" });
  });
});

describe("GIVEN a file that kubectl refuses, WHEN the kubeconfig is loaded THEN that is said", () => {
  test.each([
    ["a list", "[]\n", " is not a kubeconfig: no mapping"],
    ["text", "canary\n", " is not a kubeconfig: no mapping"],
    [
      "an alias without an anchor",
      "users: *canary\n",
      " is not a kubeconfig: an alias (*) has no anchor (&) before it",
    ],
    ["an anchor that contains itself", "users: &a [*a]\n", " is not a kubeconfig: an anchor contains itself"],
    ["another kind", "kind: Secret\n", ": its kind is not Config"],
    ["another version", "apiVersion: v2\n", ": its apiVersion is not v1"],
  ])("%s", (_, kubeconfig, expected) => {
    expect(() => loadKubeConfig({ kubeconfig })).toThrow(`the kubeconfig given by content${expected}`);
    expect(() => loadKubeConfig({ kubeconfig })).not.toThrow(/canary/);
  });

  test.each(["QQ", "Q Q=", "QQ=", "@@@@"])("base64 such as %s", (data) => {
    expect(() => userOf(`client-key-data: '${data}'`)).toThrow('user "u".client-key-data is not base64');
  });
});
