import { expect, test } from "@jest/globals";
import { parseConfig } from "../../../../infra/config/load.ts";
import { secretKeys } from "../../../../infra/config/secrets.ts";

/** A value that no error may show. */
const canary = "s3cret-canary";
const kubeconfig = `apiVersion: v1\nusers: [{ user: { token: ${canary} } }]\n`;

const good = {
  cloud: "lab",
  machineNetwork: { network: "net", subnet: "sub" },
  pools: [{ name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos" }],
};

test("GIVEN a secret at the top level WHEN it is encrypted THEN it is taken", () => {
  expect(secretKeys).toEqual(["kubeconfig", "temporaryUrlKey"]);
  const { config } = parseConfig({ ...good, kubeconfig }, ["kubeconfig"]);
  expect(config?.cluster.kubeconfig).toBe(kubeconfig);
  expect(config).not.toHaveProperty("kubeconfig");
});

test("GIVEN a temporary URL key WHEN it is encrypted THEN it is taken", () => {
  expect(parseConfig({ ...good, temporaryUrlKey: canary }, ["temporaryUrlKey"]).config?.temporaryUrlKey).toBe(canary);
});

test.each<[string, Record<string, unknown>, string[], string[]]>([
  ["a temporary URL key in clear", { ...good, temporaryUrlKey: canary }, [], ["temporaryUrlKey"]],
  [
    "a temporary URL key with the end of its line",
    { ...good, temporaryUrlKey: `${canary}\n` },
    ["temporaryUrlKey"],
    ["temporaryUrlKey"],
  ],
  [
    "a temporary URL key beside manageAccountKey",
    { ...good, temporaryUrlKey: canary, manageAccountKey: true },
    ["temporaryUrlKey"],
    ["manageAccountKey"],
  ],
  ["a secret in clear", { ...good, kubeconfig }, [], ["kubeconfig"]],
  ["a secret in clear where a path belongs", { ...good, cluster: { kubeconfig } }, [], ["cluster.kubeconfig"]],
  [
    "a secret inside an object (design: top level only)",
    { ...good, cluster: { context: canary } },
    ["cluster"],
    ["cluster"],
  ],
  ["a secret inside a pool", { ...good, pools: [{ ...good.pools[0], flavor: canary }] }, ["pools"], ["pools"]],
  ["a secret inside a wrong object", { ...good, pools: [{ flavour: canary, replicas: canary }] }, ["pools"], ["pools"]],
  ["a secret where a name belongs", { ...good, cloud: canary }, ["cloud"], ["cloud"]],
  ["an encrypted key that nobody knows", { ...good, clod: canary }, ["clod"], ["clod"]],
  ["a wrong secret", { ...good, kubeconfig: { token: canary } }, ["kubeconfig"], ["kubeconfig"]],
  [
    "a password in a proxy's URL",
    { ...good, cluster: { proxy: `http://me:${canary}@proxy:3128` } },
    [],
    ["cluster.proxy"],
  ],
  ["a password in what is to be one", { ...good, cluster: { proxy: `me:${canary}@proxy` } }, [], ["cluster.proxy"]],
  ["a password in a URL in a wrong place", { ...good, cluster: [`http://me:${canary}@a`] }, [], ["cluster"]],
  [
    "a password in the Machine Config Server's URL",
    { ...good, cluster: { expect: { machineConfigServer: { url: `https://me:${canary}@a:22623`, ca: "/ca" } } } },
    [],
    ["cluster.expect.machineConfigServer.url"],
  ],
  [
    "a kubeconfig as an object where a path belongs",
    { ...good, cluster: { kubeconfig: { users: [{ token: canary }] } } },
    [],
    ["cluster.kubeconfig"],
  ],
  ["a password alone in a proxy's URL", { ...good, cluster: { proxy: `${canary}@proxy` } }, [], ["cluster.proxy"]],
  ["two kubeconfigs", { ...good, kubeconfig, cluster: { kubeconfig: "/a" } }, ["kubeconfig"], ["cluster.kubeconfig"]],
])("GIVEN %s WHEN the config is judged THEN it is refused, and no error shows it", (_, raw, encrypted, paths) => {
  const { diagnostics } = parseConfig(raw, encrypted);
  expect(diagnostics?.map(({ path }) => path)).toEqual(paths);
  expect(JSON.stringify(diagnostics)).not.toContain(canary);
});
