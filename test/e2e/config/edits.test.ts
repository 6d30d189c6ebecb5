import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import { workerName } from "../../../components/ports/names.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster, files, openstack } from "../../lab/settings.ts";
import { makeFlavor } from "../support/obstacles.ts";
import { Project, succeeded } from "../support/project.ts";

const namespace = "openstack-baremetal-compute";
const name = workerName(cluster.infraId, "edits", 0);

/** What a command says of the worker: its diagnostics, not the rows that come and go while it works. */
const told = (output: string): string[] =>
  output.split("\n").flatMap((line) => (line.trim().startsWith(`${name}: `) ? [line.trim()] : []));

interface Pool {
  [key: string]: unknown;
  timeouts?: Record<string, string>;
}

describe("GIVEN a worker of a stack whose kubeconfig is a secret of its config", () => {
  let project: Project;
  let undo: (() => Promise<unknown>) | undefined;
  let secret = "";

  /** Edits the stack file's pool as a person would, and leaves the rest of the file as it is. */
  async function edit(change: (pool: Pool) => Pool[]): Promise<void> {
    const file = parse(await readFile(project.stackFile, "utf8")) as { config: Record<string, unknown> };
    const [pool] = file.config[`${namespace}:pools`] as [Pool];
    file.config[`${namespace}:pools`] = change(pool);
    await writeFile(project.stackFile, stringify(file));
  }

  beforeAll(async () => {
    undo = await makeFlavor("other-metal", {
      "resources:CUSTOM_BAREMETAL_LAB": "1",
      "resources:VCPU": "0",
      "resources:MEMORY_MB": "0",
      "resources:DISK_GB": "0",
    });
    const kubeconfig = await readFile(files.registrarKubeconfig, "utf8");
    secret = /(?:token|client-key-data)"?\s*:\s*"?([\w.=+/-]{20,})/.exec(kubeconfig)?.[1] ?? "";
    project = await Project.create("edits", {}, { KUBECONFIG: "/nonexistent" });
    const fixedIps = ["10.77.0.240"];
    await project.configure({ pools: await project.pools({ name: "edits", replicas: 1, fixedIps }) });
    const set = await project.pulumi("config", "set", "--secret", `${namespace}:kubeconfig`, kubeconfig);
    expect(set).toMatchObject({ ok: true });
    expect(await project.up()).toMatchObject({ ok: true });
  });
  afterAll(async () => {
    await project.destroy();
    await undo?.();
  });

  test("THEN neither the state, the stack file nor what pulumi prints has the secret in clear", async () => {
    expect(secret).not.toBe("");
    const state = await project.pulumi("stack", "export");
    expect(state.output).toContain(name);
    expect(await readFile(project.stackFile, "utf8")).not.toContain(secret);
    expect(project.transcript).not.toContain(secret);
  });

  test("WHEN the number becomes a list with the same name, and its address is not asked for any more THEN nothing changes", async () => {
    await edit((pool) => [{ ...pool, replicas: undefined, fixedIps: undefined, workers: [{ name: "0" }] }]);
    expect(await project.preview("--expect-no-changes")).toMatchObject({ ok: true });
  });

  test("WHEN a class gives what the pool had itself THEN nothing changes", async () => {
    const before = await readFile(project.stackFile, "utf8");
    const file = parse(before) as { config: Record<string, unknown> };
    const [{ flavor, timeouts, ...pool }] = file.config[`${namespace}:pools`] as [Pool];
    file.config[`${namespace}:classes`] = { small: { flavor, timeouts } };
    file.config[`${namespace}:pools`] = [{ ...pool, class: "small" }];
    await writeFile(project.stackFile, stringify(file));
    expect(await project.preview("--expect-no-changes")).toMatchObject({ ok: true });
    await writeFile(project.stackFile, before);
  });

  test("WHEN a label and a taint are added THEN preview and up say so once each, and the engine replaces nothing", async () => {
    const taints = [{ key: "example.test/gpu", effect: "NoSchedule" }];
    await edit((pool) => [{ ...pool, labels: { "example.test/rack": "r1" }, taints }]);
    const line = `${name}: in place (label example.test/rack none -> r1, taint example.test/gpu:NoSchedule added)`;
    const preview = succeeded(await project.preview());
    expect(told(preview)).toEqual([line]);
    expect(preview).toMatch(new RegExp(`~\\s+openshift-node:index:OpenShiftNode ${name} update`));
    expect(preview).not.toMatch(/replace/);
    expect(told(succeeded(await project.up()))).toEqual([line]);
  });

  test("WHEN they go, and the drain policy and bounds are edited THEN the line says in place, of bounds of the engine too", async () => {
    await edit((pool) => [
      {
        ...pool,
        labels: {},
        taints: [],
        drain: { timeout: "3m", gracePeriod: 30, onTimeout: "force" },
        timeouts: { ...pool.timeouts, provision: "6m", delete: "5m30s" },
      },
    ]);
    const reasons = [
      "drain.gracePeriod the pod's own -> 30s",
      "drain.onTimeout fail -> force",
      "drain.timeout 2m -> 3m",
      "label example.test/rack r1 -> none",
      "taint example.test/gpu:NoSchedule removed",
      "timeouts.delete 5m -> 5m30s",
      "timeouts.provision 5m -> 6m",
    ];
    const preview = succeeded(await project.preview());
    expect(told(preview)).toEqual([`${name}: in place (${reasons.join(", ")})`]);
    expect(preview).not.toMatch(/replace/);
    succeeded(await project.up());
    succeeded(await project.preview("--expect-no-changes"));
  });

  test.each<[string, object, string]>([
    ["flavor", { flavor: "other-metal" }, `flavor ${openstack.flavor} -> other-metal`],
    ["image", { image: openstack.nextImage }, `image ${openstack.image} -> ${openstack.nextImage}`],
    [
      "allowed addresses",
      { networks: [{ allowedAddresses: ["10.77.0.9"] }] },
      "networks[0].allowedAddresses none -> 10.77.0.9",
    ],
    ["ports", { networks: [{}, {}] }, "networks[1] added"],
    [
      "address",
      { workers: [{ name: "0", fixedIp: "10.77.0.250" }] },
      expect.stringMatching(/^workers\["0"\]\.fixedIp 10\.77\.0\.\d+ -> 10\.77\.0\.250$/) as unknown as string,
    ],
  ])(
    "WHEN the %s is edited THEN the line says replaced, and the engine updates no server in place",
    async (_, change, reason) => {
      const before = await readFile(project.stackFile, "utf8");
      await edit((pool) => [{ ...pool, ...change }]);
      const preview = succeeded(await project.preview());
      await writeFile(project.stackFile, before);
      const [line = ""] = told(preview);
      expect(/^.*: replace, drained \((.*)\)$/.exec(line)?.[1]).toEqual(reason);
      expect(preview).toMatch(new RegExp(`\\+-\\s+openstack:compute:Instance ${name} replace`));
      expect(preview).toMatch(new RegExp(`\\+-\\s+openshift-node:index:OpenShiftNode ${name} replace`));
      expect(preview).not.toMatch(/~\s+openstack:compute:Instance/);
    },
  );

  test("WHEN the subnet is edited to one of another cluster THEN the line says refused, in the report, too", async () => {
    const before = await readFile(project.stackFile, "utf8");
    const { otherNetwork: network, otherSubnet: subnet, otherCidr } = openstack;
    await edit((pool) => [{ ...pool, networks: [{ network, subnet }] }]);
    const { ok, output } = await project.preview();
    const table = await project.preflight();
    await writeFile(project.stackFile, before);
    expect(ok).toBe(false);
    const line = `${name}: refuse (pools[edits].networks[0].subnet: "${subnet}" is ${otherCidr})`;
    expect(told(output)).toEqual([line]);
    expect(told(table.output)).toEqual([line]);
    expect(table.code).toBe(1);
  });

  test("WHEN the pool goes THEN the line says detached, and nothing is left", async () => {
    await edit(() => []);
    expect((await project.preview()).output).toContain(`${name}: detach, drained (no longer in the config)`);
    expect(await project.up()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
