import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CustomObjectsApi,
  KubeConfig,
  PatchStrategy,
  RbacAuthorizationV1Api,
  setHeaderOptions,
} from "@kubernetes/client-node";
import { execa } from "execa";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chosen } from "../../lab/engine/choice.ts";
import { engineEnv } from "../../lab/engine/environment.ts";
import { files, repo } from "../../lab/settings.ts";
import { core, ifThere } from "../support/cluster/cluster.ts";

const fixture = path.join(repo, "test/lab/engine/fixtures/kubernetes-program");
const canary = "lab-canary-kubernetes-secret-51d0";

const config = new KubeConfig();
config.loadFromFile(files.kubeconfig);
const rbac = config.makeApiClient(RbacAuthorizationV1Api);
const custom = config.makeApiClient(CustomObjectsApi);
const pools = { group: "machineconfiguration.openshift.io", version: "v1", plural: "machineconfigpools" };

interface Outputs {
  readonly namespace: string;
  readonly role: string;
  readonly secret: string;
  readonly foundRules: number;
}

const engine = await chosen();

describe("GIVEN a program that declares the kinds that ours declares", () => {
  let folder = "";
  let env: Record<string, string> = {};
  let outputs: Outputs;

  async function pulumi(...args: readonly string[]): Promise<{ ok: boolean; text: string }> {
    const result = await execa("pulumi", [...args, "--non-interactive"], {
      cwd: folder,
      env,
      all: true,
      stdin: "ignore",
      reject: false,
      timeout: 120_000,
      killSignal: "SIGINT",
    });
    return { ok: result.exitCode === 0, text: result.all };
  }

  async function succeed(...args: readonly string[]): Promise<string> {
    const { ok, text } = await pulumi(...args);
    if (!ok) throw new Error(text);
    return text;
  }

  async function fail(...args: readonly string[]): Promise<string> {
    const { ok, text } = await pulumi(...args);
    if (ok) throw new Error(`pulumi ${args.join(" ")} should have failed:\n${text}`);
    return text;
  }

  const up = (): Promise<string> => succeed("up", "--yes", "--skip-preview");
  const refresh = (...args: readonly string[]): Promise<string> =>
    succeed("refresh", "--yes", "--skip-preview", ...args);
  const set = (...args: readonly string[]): Promise<string> => succeed("config", "set", ...args);
  const readOutputs = async (): Promise<Outputs> => JSON.parse(await succeed("stack", "output", "--json")) as Outputs;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "kubernetes-plugin-"));
    await cp(fixture, folder, { recursive: true });
    await symlink(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
    env = await engineEnv();
    await succeed("stack", "select", "--create", "kubernetes-plugin");
    await set("kubeconfig", files.kubeconfig);
    await set("--secret", "token", canary);
  });

  afterAll(async () => {
    await pulumi("destroy", "--yes", "--skip-preview");
    await pulumi("stack", "rm", "--yes", "kubernetes-plugin");
    await rm(folder, { recursive: true, force: true });
  });

  test("WHEN it is previewed THEN nothing is created", async () => {
    expect(await succeed("preview")).toContain("9 to create");
    expect(await ifThere(custom.getClusterCustomObject({ ...pools, name: "plugin-test" }))).toBeUndefined();
  });

  test("WHEN it is brought up THEN the objects are there, with names of their own and one field manager each", async () => {
    await up();
    outputs = await readOutputs();
    const { role, secret, namespace } = outputs;
    expect(role).toMatch(/^reader-[a-z0-9]{8}$/);
    const { metadata, rules } = await rbac.readClusterRole({ name: role });
    expect(rules?.[0]?.verbs).toEqual(["get", "list"]);
    expect(metadata?.managedFields?.map(({ manager }) => manager)).toEqual([
      expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/),
    ]);
    const { data } = await core.readNamespacedSecret({ name: secret, namespace });
    expect(data).toEqual({ token: Buffer.from(canary).toString("base64") });
    expect(outputs.foundRules).toBeGreaterThan(0);
  });

  test("THEN neither a preview nor a refresh finds a change, and no secret is in the checkpoint", async () => {
    await succeed("preview", "--expect-no-changes");
    await refresh("--expect-no-changes");
    await succeed("preview", "--expect-no-changes");
    const checkpoint = await succeed("stack", "export");
    expect(checkpoint).not.toContain(canary);
    expect(checkpoint).not.toContain(Buffer.from(canary).toString("base64"));
    expect(checkpoint).not.toContain("client-key-data");
  });

  test("WHEN a label and a list change THEN the preview names their paths and the object is updated in place", async () => {
    const before = await rbac.readClusterRole({ name: outputs.role });
    await set("tier", "high");
    await set("--path", "verbs[0]", "get");
    const preview = await succeed("preview", "--diff");
    expect(preview).toContain('plugin-test/tier: "low" => "high"');
    expect(preview).toContain('[1]: "list"');
    expect(await rbac.readClusterRole({ name: outputs.role })).toEqual(before);
    await up();
    const after = await rbac.readClusterRole({ name: outputs.role });
    expect(after.metadata?.uid).toEqual(before.metadata?.uid);
    expect(after.metadata?.labels).toMatchObject({ "plugin-test/tier": "high" });
    expect(after.rules?.[0]?.verbs).toEqual(["get"]);
  });

  test("WHEN another manager changes a field THEN a refresh shows it, and taking it back needs force", async () => {
    const labels = { "plugin-test/tier": "theirs" };
    await rbac.patchClusterRole(
      { name: outputs.role, body: { metadata: { labels } }, fieldManager: "somebody" },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
    await succeed("preview", "--expect-no-changes");
    expect(await refresh("--diff")).toMatch(/plugin-test\/tier.*theirs/);
    const conflict = await fail("preview");
    expect(conflict).toContain('conflict with "somebody"');
    expect(conflict).toContain("pulumi.com/patchForce");
    await set("force", "true");
    await up();
    const { metadata } = await rbac.readClusterRole({ name: outputs.role });
    expect(metadata?.labels).toMatchObject({ "plugin-test/tier": "high" });
  });

  test("WHEN an object is deleted by hand THEN a refresh takes note and `up` creates it again", async () => {
    const { namespace } = outputs;
    await core.deleteNamespacedConfigMap({ name: "plain", namespace });
    expect(await refresh()).toMatch(/1 deleted/);
    expect(await up()).toContain("1 created");
    expect((await core.readNamespacedConfigMap({ name: "plain", namespace })).data).toEqual({ a: "1" });
  });

  test("WHEN what cannot change does change THEN the object is replaced", async () => {
    const binding = await rbac.readClusterRoleBinding({ name: "plugin-test-reader" });
    await set("otherRole", "true");
    await set("--secret", "token", `${canary}-2`);
    expect(await succeed("preview")).toContain("2 to replace");
    await up();
    const replaced = await rbac.readClusterRoleBinding({ name: "plugin-test-reader" });
    expect(replaced.metadata?.uid).not.toEqual(binding.metadata?.uid);
    expect(replaced.roleRef.name).toBe("view");
    const { namespace, secret } = await readOutputs();
    expect(secret).not.toEqual(outputs.secret);
    expect(await ifThere(core.readNamespacedSecret({ name: outputs.secret, namespace }))).toBeUndefined();
    await succeed("preview", "--expect-no-changes");
  });

  test("WHEN an object of that name exists already THEN it is left alone", async () => {
    const before: unknown = await custom.getClusterCustomObject({ ...pools, name: "worker" });
    await set("pool", "worker");
    expect(await fail("up", "--yes", "--skip-preview")).toContain("it already exists");
    expect(await custom.getClusterCustomObject({ ...pools, name: "worker" })).toEqual(before);
    await set("pool", "plugin-test");
  });

  // the official plugin implements every kind
  if (engine?.kind === "built") {
    test("WHEN a kind is declared that the plugin does not implement THEN the preview refuses it by name", async () => {
      await set("unsupported", "true");
      const refusal = await fail("preview");
      expect(refusal).toContain("does not implement kubernetes:policy/v1:PodDisruptionBudget");
      expect(refusal).toContain("it has ConfigMap, Namespace, Secret");
      await set("unsupported", "false");
    });
  }

  test("WHEN it is destroyed THEN nothing is left", async () => {
    await succeed("destroy", "--yes", "--skip-preview");
    const { role, namespace } = outputs;
    expect(await ifThere(rbac.readClusterRole({ name: role }))).toBeUndefined();
    expect(await ifThere(rbac.readClusterRoleBinding({ name: "plugin-test-reader" }))).toBeUndefined();
    expect(await ifThere(custom.getClusterCustomObject({ ...pools, name: "plugin-test" }))).toBeUndefined();
    expect(await ifThere(core.readNamespace({ name: namespace }))).toBeUndefined();
  });
});
