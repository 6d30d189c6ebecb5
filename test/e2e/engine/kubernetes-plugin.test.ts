/** @shared another project, whose objects have names that nobody else uses */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  CustomObjectsApi,
  PatchStrategy,
  RbacAuthorizationV1Api,
  setHeaderOptions,
  type V1ClusterRole,
  type V1ClusterRoleBinding,
} from "@kubernetes/client-node";
import { kubernetesPlugin } from "../../lab/engine/kubernetes.ts";
import { atLeast } from "../../lab/engine/official.ts";
import { Cleanup } from "../support/cleanup.ts";
import { administrator, core, ifThere } from "../support/cluster/cluster.ts";
import { KubernetesProgram, type Outputs } from "../support/engine/kubernetes-program.ts";

const canary = "lab-canary-kubernetes-secret-51d0";

const rbac = administrator.makeApiClient(RbacAuthorizationV1Api);
const custom = administrator.makeApiClient(CustomObjectsApi);
const pools = { group: "machineconfiguration.openshift.io", version: "v1", plural: "machineconfigpools" };
const ownPool = { ...pools, name: "plugin-test" };
const ownBinding = { name: "plugin-test-reader" };

const plugin = await kubernetesPlugin();
/** Before 4.29.0 a create takes an existing object over, and each resource has its own field manager from the start. */
const createsPlainly = atLeast(plugin.version, "4.29.0");
const ownManager: unknown = expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/);

const managersOf = ({ metadata }: V1ClusterRole): unknown[] =>
  (metadata?.managedFields ?? []).map(({ manager, operation }) => [manager, operation]);

describe("GIVEN a program that declares the kinds that ours declares", () => {
  const cleanup = new Cleanup();
  let program: KubernetesProgram;
  let outputs: Outputs;
  const readRole = (): Promise<V1ClusterRole> => rbac.readClusterRole({ name: outputs.role });

  beforeAll(async () => {
    program = await KubernetesProgram.create(canary, cleanup);
  });
  afterAll(cleanup.run);

  test("WHEN it is previewed THEN nothing is created", async () => {
    expect(await program.succeed("preview")).toContain("9 to create");
    expect(await ifThere(custom.getClusterCustomObject(ownPool))).toBeUndefined();
  });

  describe("WHEN it is brought up", () => {
    beforeAll(async () => {
      await program.up();
      outputs = await program.outputs();
    });

    test("THEN an object has a name of its own, and what was declared", async () => {
      expect(outputs.role).toMatch(/^reader-[a-z0-9]{8}$/);
      expect((await readRole()).rules?.[0]?.verbs).toEqual(["get", "list"]);
    });

    test("THEN it has one field manager", async () => {
      const manager = createsPlainly ? ["pulumi-kubernetes", "Update"] : [ownManager, "Apply"];
      expect(managersOf(await readRole())).toEqual([manager]);
    });

    test("THEN a secret reaches its Secret", async () => {
      const { secret: name, namespace } = outputs;
      const { data } = await core.readNamespacedSecret({ name, namespace });
      expect(data).toEqual({ token: Buffer.from(canary).toString("base64") });
    });

    test("THEN the program reads what is in the cluster", () => {
      expect(outputs.foundRules).toBeGreaterThan(0);
    });

    if (createsPlainly) {
      test("THEN neither a preview nor a refresh finds a change", async () => {
        await program.expectNoChanges();
        await program.refresh("--expect-no-changes");
        await program.expectNoChanges();
      });
    } else {
      // 4.25.0 does so; no newer module is served that would tell since when it does not
      test("THEN a preview finds no change, and a refresh one only: of the object that the program reads, once", async () => {
        await program.expectNoChanges();
        const refreshed = await program.refresh();
        expect(refreshed).toMatch(/ClusterRole found updated/);
        expect(refreshed).toContain("1 updated");
        await program.refresh("--expect-no-changes");
        await program.expectNoChanges();
      });
    }

    test("THEN no secret is in the checkpoint", async () => {
      const checkpoint = await program.succeed("stack", "export");
      expect(checkpoint).not.toContain(canary);
      expect(checkpoint).not.toContain(Buffer.from(canary).toString("base64"));
      expect(checkpoint).not.toContain("client-key-data");
    });
  });

  describe("WHEN a label and a list change", () => {
    let before: V1ClusterRole;
    let preview = "";
    beforeAll(async () => {
      before = await readRole();
      await program.set("tier", "high");
      await program.set("--path", "verbs[0]", "get");
      preview = await program.succeed("preview", "--diff");
    });

    test("THEN the preview names their paths", () => {
      expect(preview).toContain('plugin-test/tier: "low" => "high"');
      expect(preview).toContain('[1]: "list"');
    });

    test("THEN the preview changes nothing", async () => {
      expect(await readRole()).toEqual(before);
    });

    test("THEN up updates the object in place", async () => {
      await program.up();
      const after = await readRole();
      expect(after.metadata?.uid).toEqual(before.metadata?.uid);
      expect(after.metadata?.labels).toMatchObject({ "plugin-test/tier": "high" });
      expect(after.rules?.[0]?.verbs).toEqual(["get"]);
    });

    test("THEN the resource's own field manager has all fields", async () => {
      expect(managersOf(await readRole())).toEqual([[ownManager, "Apply"]]);
    });
  });

  describe("WHEN another manager changes a field", () => {
    beforeAll(async () => {
      const labels = { "plugin-test/tier": "theirs" };
      await rbac.patchClusterRole(
        { name: outputs.role, body: { metadata: { labels } }, fieldManager: "somebody" },
        setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
      );
    });

    test("THEN a preview alone does not see it", async () => {
      await program.expectNoChanges();
    });

    test("THEN a refresh shows it", async () => {
      expect(await program.refresh("--diff")).toMatch(/plugin-test\/tier.*theirs/);
    });

    test("THEN taking it back is a conflict, which names the manager and where help is", async () => {
      const conflict = await program.fail("preview");
      expect(conflict).toContain("Server-Side Apply field conflict detected");
      expect(conflict).toContain('conflict with "somebody"');
      expect(conflict).toContain("#handle-field-conflicts-on-existing-resources");
    });

    test("THEN with force up takes it back", async () => {
      await program.set("force", "true");
      await program.up();
      expect((await readRole()).metadata?.labels).toMatchObject({ "plugin-test/tier": "high" });
    });
  });

  describe("WHEN an object is deleted by hand", () => {
    beforeAll(async () => {
      await core.deleteNamespacedConfigMap({ name: "plain", namespace: outputs.namespace });
    });

    test("THEN a refresh notices it", async () => {
      expect(await program.refresh()).toMatch(/1 deleted/);
    });

    test("THEN up creates it again", async () => {
      const { namespace } = outputs;
      expect(await program.up()).toContain("1 created");
      expect((await core.readNamespacedConfigMap({ name: "plain", namespace })).data).toEqual({ a: "1" });
    });
  });

  describe("WHEN what cannot change does change", () => {
    let binding: V1ClusterRoleBinding;
    beforeAll(async () => {
      binding = await rbac.readClusterRoleBinding(ownBinding);
      await program.set("otherRole", "true");
      await program.set("--secret", "token", `${canary}-2`);
    });

    if (createsPlainly) {
      test("THEN the preview replaces the objects", async () => {
        expect(await program.succeed("preview")).toContain("2 to replace");
      });
    } else {
      test("THEN the preview is refused: it applies the new object to the one that up deletes before", async () => {
        expect(await program.fail("preview")).toContain("cannot change roleRef");
      });
    }

    describe("WHEN up runs", () => {
      beforeAll(() => program.up());

      test("THEN an object of the same name is another one", async () => {
        const replaced = await rbac.readClusterRoleBinding(ownBinding);
        expect(replaced.metadata?.uid).not.toEqual(binding.metadata?.uid);
        expect(replaced.roleRef.name).toBe("view");
      });

      test("THEN an object with a name of its own has another, and the former is gone", async () => {
        const { namespace, secret } = await program.outputs();
        expect(secret).not.toEqual(outputs.secret);
        expect(await ifThere(core.readNamespacedSecret({ name: outputs.secret, namespace }))).toBeUndefined();
      });

      test("THEN nothing more changes", async () => {
        await program.expectNoChanges();
      });
    });
  });

  if (createsPlainly) {
    test("WHEN an object of that name exists already THEN it is left alone", async () => {
      const before: unknown = await custom.getClusterCustomObject({ ...pools, name: "worker" });
      await program.set("pool", "worker");
      expect(await program.fail("up", "--yes", "--skip-preview")).toContain('"worker" already exists');
      expect(await custom.getClusterCustomObject({ ...pools, name: "worker" })).toEqual(before);
      await program.set("pool", "plugin-test");
    });
  }

  // the official plugin implements every kind
  if (plugin.origin === "stand-in") {
    test("WHEN a kind is declared that the plugin does not implement THEN the preview refuses it by name", async () => {
      await program.set("unsupported", "true");
      const refusal = await program.fail("preview");
      expect(refusal).toContain("does not implement kubernetes:policy/v1:PodDisruptionBudget");
      expect(refusal).toContain("it has ConfigMap, Namespace, Secret");
      await program.set("unsupported", "false");
    });
  }

  test("WHEN it is destroyed THEN nothing is left", async () => {
    await program.destroy();
    const { role, namespace } = outputs;
    expect(await ifThere(rbac.readClusterRole({ name: role }))).toBeUndefined();
    expect(await ifThere(rbac.readClusterRoleBinding(ownBinding))).toBeUndefined();
    expect(await ifThere(custom.getClusterCustomObject(ownPool))).toBeUndefined();
    expect(await ifThere(core.readNamespace({ name: namespace }))).toBeUndefined();
  });
});
