/** @shared a worker of a pool of its own, at an address outside of the subnet's pool, and a flavor of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { files, machineNetwork, openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { makeFlavor } from "../support/cloud/obstacles.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, type Preflight, Project, type Run, succeeded } from "../support/project.ts";
import { editStackFile, type Pool, whileEdited } from "../support/stack/stack-file.ts";

const own = new OwnPool("edits");
const name = own.worker(0);
const address = machineNetwork.host(61);
const [further, other] = [machineNetwork.host(9), machineNetwork.host(250)];

/** Not a line of the outputs, which is in quotes. */
const isSaid = (line: string): boolean => line.startsWith(`${name}: `) && !line.startsWith(`${name}: "`);

/** What a command says of the worker: its diagnostics, not the rows that come and go while it works. */
const linesOf = (output: string): string[] =>
  output.split("\n").flatMap((line) => (isSaid(line.trim()) ? [line.trim()] : []));

describe("GIVEN a worker of a stack whose kubeconfig is a secret of its config", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let secret = "";

  const editPool = (change: (pool: Pool) => Pool): Promise<unknown> =>
    editStackFile(project, (pool) => ({ pools: [change(pool)] }));

  beforeAll(async () => {
    cleanup.push(
      await makeFlavor("other-metal", {
        "resources:CUSTOM_BAREMETAL_LAB": "1",
        "resources:VCPU": "0",
        "resources:MEMORY_MB": "0",
        "resources:DISK_GB": "0",
      }),
    );
    const kubeconfig = await readFile(files.registrarKubeconfig, "utf8");
    secret = /(?:token|client-key-data)"?\s*:\s*"?([\w.=+/-]{20,})/.exec(kubeconfig)?.[1] ?? "";
    const pool = { name: own.name, replicas: 1, fixedIps: [address] };
    project = await Project.withPool("edits", pool, {}, { KUBECONFIG: "/nonexistent" });
    cleanup.push(() => project.destroy());
    succeeded(await project.pulumi("config", "set", "--secret", "openstack-baremetal-compute:kubeconfig", kubeconfig));
    succeeded(await project.up());
  });
  afterAll(cleanup.run);

  test("THEN neither the state, the stack file nor what pulumi prints has the secret in plain text", async () => {
    expect(secret).not.toBe("");
    const state = await project.pulumi("stack", "export");
    expect(state.output).toContain(name);
    expect(await readFile(project.stackFile, "utf8")).not.toContain(secret);
    expect(project.transcript).not.toContain(secret);
  });

  test("WHEN the number becomes a list with the same name, and its address is not asked for any more THEN nothing changes", async () => {
    await editPool((pool) => ({ ...pool, replicas: undefined, fixedIps: undefined, workers: [{ name: "0" }] }));
    succeeded(await project.preview("--expect-no-changes"));
  });

  test("WHEN a class gives what the pool had itself THEN nothing changes", async () => {
    const change = ({ flavor, timeouts, ...pool }: Pool): Config => ({
      classes: { small: { flavor, timeouts } },
      pools: [{ ...pool, class: "small" }],
    });
    succeeded(await whileEdited(project, change, () => project.preview("--expect-no-changes")));
  });

  describe("WHEN a label and a taint are added", () => {
    const line = `${name}: in place (label example.test/rack none -> r1, taint example.test/gpu:NoSchedule added)`;
    beforeAll(async () => {
      const taints = [{ key: "example.test/gpu", effect: "NoSchedule" }];
      await editPool((pool) => ({ ...pool, labels: { "example.test/rack": "r1" }, taints }));
    });

    test("THEN the preview says so once, and the engine replaces nothing", async () => {
      const preview = succeeded(await project.preview());
      expect(linesOf(preview)).toEqual([line]);
      expect(preview).toMatch(new RegExp(`~\\s+openshift-node:index:OpenShiftNode ${name} update`));
      expect(preview).not.toMatch(/replace/);
    });

    test("THEN up says the same once", async () => {
      expect(linesOf(succeeded(await project.up()))).toEqual([line]);
    });
  });

  describe("WHEN they are removed, and the drain policy and timeouts are edited", () => {
    const reasons = [
      "drain.gracePeriod the pod's own -> 30s",
      "drain.onTimeout fail -> force",
      "drain.timeout 2m -> 3m",
      "label example.test/rack r1 -> none",
      "taint example.test/gpu:NoSchedule removed",
      "timeouts.delete 5m -> 5m30s",
      "timeouts.provision 5m -> 6m",
    ];
    beforeAll(async () => {
      await editPool((pool) => ({
        ...pool,
        labels: {},
        taints: [],
        drain: { timeout: "3m", gracePeriod: 30, onTimeout: "force" },
        timeouts: { ...pool.timeouts, provision: "6m", delete: "5m30s" },
      }));
    });

    test("THEN the preview's line says in place, of timeouts of the engine too", async () => {
      const preview = succeeded(await project.preview());
      expect(linesOf(preview)).toEqual([`${name}: in place (${reasons.join(", ")})`]);
      expect(preview).not.toMatch(/replace/);
    });

    test("THEN after up nothing changes", async () => {
      succeeded(await project.up());
      succeeded(await project.preview("--expect-no-changes"));
    });
  });

  describe.each<[string, object, string]>([
    ["flavor", { flavor: "other-metal" }, `flavor ${openstack.flavor} -> other-metal`],
    ["image", { image: openstack.nextImage }, `image ${openstack.image} -> ${openstack.nextImage}`],
    [
      "allowed addresses",
      { networks: [{ allowedAddresses: [further] }] },
      `networks[0].allowedAddresses none -> ${further}`,
    ],
    ["ports", { networks: [{}, {}] }, "networks[1] added"],
    ["address", { workers: [{ name: "0", fixedIp: other }] }, `workers["0"].fixedIp ${address} -> ${other}`],
  ])("WHEN an edit changes the %s", (_, edit, reason) => {
    let preview = "";
    beforeAll(async () => {
      const change = (pool: Pool): Config => ({ pools: [{ ...pool, ...edit }] });
      preview = succeeded(await whileEdited(project, change, () => project.preview()));
    });

    test("THEN the preview's line says that the worker is replaced, drained", () => {
      const [line = ""] = linesOf(preview);
      expect(/^.*: replace, drained \((.*)\)$/.exec(line)?.[1]).toEqual(reason);
    });

    test("THEN the engine replaces server and Node, and updates no server in place", () => {
      expect(preview).toMatch(new RegExp(`\\+-\\s+openstack:compute:Instance ${name} replace`));
      expect(preview).toMatch(new RegExp(`\\+-\\s+openshift-node:index:OpenShiftNode ${name} replace`));
      expect(preview).not.toMatch(/~\s+openstack:compute:Instance/);
    });
  });

  describe("WHEN the subnet is edited to one of another cluster", () => {
    const { otherNetwork: network, otherSubnet: subnet, otherCidr } = openstack;
    const line = `${name}: refuse (pools[edits].networks[0].subnet: "${subnet}" is ${otherCidr})`;
    let preview: Run;
    let preflight: Preflight;
    beforeAll(async () => {
      const change = (pool: Pool): Config => ({ pools: [{ ...pool, networks: [{ network, subnet }] }] });
      await whileEdited(project, change, async () => {
        preview = await project.preview();
        preflight = await project.preflight();
      });
    });

    test("THEN the preview fails, and its line says refused", () => {
      expect(preview.ok).toBe(false);
      expect(linesOf(preview.output)).toEqual([line]);
    });

    test("THEN npm run preflight says the same, and its exit code is 1", () => {
      expect(linesOf(preflight.output)).toEqual([line]);
      expect(preflight.code).toBe(1);
    });
  });

  describe("WHEN the pool is removed", () => {
    beforeAll(async () => {
      await editStackFile(project, () => ({ pools: [] }));
    });

    test("THEN the preview's line says detached", async () => {
      expect((await project.preview()).output).toContain(`${name}: detach, drained (no longer in the config)`);
    });

    test("THEN up leaves nothing", async () => {
      succeeded(await project.up());
      expect(await own.leftovers()).toEqual([]);
    });
  });
});
