import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { workerName } from "../../../components/ports/names.ts";
import { cluster, openstack } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import {
  allowOnlySha1,
  applicationCredential,
  makeFlavor,
  makeForeignPort,
  makeMachine,
  makeQueuedImage,
  makeServerOf,
  removeDns,
  setInstanceQuota,
  setMtu,
  writeLackingKubeconfig,
} from "../support/obstacles.ts";
import { Project } from "../support/project.ts";
import { until } from "../support/wait.ts";

const worker = (i: number): string => workerName(cluster.infraId, "metal", i);
const unfinished = workerName(cluster.infraId, "other", 0);
const stackTrace = /^\s+at .*\.(ts|js):\d+/m;

describe("GIVEN a cloud and a cluster without any errors", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("preflight-good");
  });

  test("WHEN npm run preflight looks THEN every check is ok, and the exit code is 0", async () => {
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(output).not.toMatch(/ERROR|warning|not checked/);
    expect(code).toBe(0);
  });

  test("WHEN a check is left out THEN the table says so", async () => {
    await project.configure({ preflight: { skip: ["dns"] } });
    const { output } = await project.preflight();
    expect(output).toMatch(/dns +skipped/);
  });
});

describe("GIVEN everything that an attach can fail at, in the real cloud and cluster", () => {
  const undo: (() => Promise<unknown>)[] = [];
  let folder = "";
  let project: Project;
  let output = "";

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "preflight-"));
    const kubeconfig = path.join(folder, "kubeconfig");
    undo.push(await makeFlavor("no-class", {}));
    const zeroed = { "resources:VCPU": "0", "resources:DISK_GB": "0", "resources:CUSTOM_BAREMETAL_LAB": "1" };
    undo.push(await makeFlavor("ram-kept", zeroed));
    undo.push(await makeServerOf("other", worker(0), "no-class"));
    undo.push(await makeServerOf("preflight-bad", unfinished, "no-class"));
    undo.push(await makeForeignPort(`${worker(1)}-port-0`));
    undo.push(await makeMachine(worker(1)));
    undo.push(await setInstanceQuota(2));
    undo.push(await setMtu(1400));
    undo.push(await removeDns());
    undo.push(await writeLackingKubeconfig(kubeconfig, "pods/eviction"));
    project = await Project.create("preflight-bad", {}, { KUBECONFIG: kubeconfig });
    const [metal] = await project.pools({ flavor: "no-class", ignition: { machineConfigPool: "wroker" } });
    const [other] = await project.pools({ name: "other", flavor: "ram-kept" });
    await project.configure({ pools: [metal, other] });
    ({ output } = await project.preview());
  });

  afterAll(async () => {
    for (const each of undo.toReversed()) await each();
    await rm(folder, { recursive: true, force: true });
    const noServer = async (): Promise<true | undefined> => ((await cloud.servers()).length === 0 ? true : undefined);
    await until("the foreign server to be gone", noServer);
  });

  test.each([
    ["a flavor without a class", /pools\[metal\]\.flavor: flavor "no-class" requests no custom resource class/],
    ["a flavor that keeps its RAM", /pools\[other\]\.flavor: .* does not set resources:MEMORY_MB to 0/],
    ["a quota that is too small", /pools: this update adds 3 instances, but only 0 of the quota of 2 are free/],
    ["an MTU below the cluster's", /machineNetwork\.network: .* has an MTU of 1400\n.*expected: at least 1500/],
    ["a subnet without DNS, a warning", /machineNetwork\.subnet: \(warning\) .* has no DNS server/],
    ["an unknown pool", /machineConfigPool: .*"wroker"\n.*\n.*write worker instead/],
    ["a permission that lacks", /cluster: the account may not create pods\/eviction/],
    [
      "a server of another stack",
      new RegExp(`server ${worker(0)} \\(.*\\) already exists and belongs to stack organization/[^/]+/other`),
    ],
    [
      "a server that a killed run left, a warning",
      new RegExp(`\\(warning\\) this stack's server ${unfinished} .*\n.*\n.*npm run adopt -- --stack preflight-bad`),
    ],
    ["a port of nobody known, a warning", new RegExp(`\\(warning\\) port ${worker(1)}-port-0 \\(.*\\) already exists`)],
    ["a Machine of that name", new RegExp(`the Machine API has a Machine ${worker(1)}`)],
  ])("WHEN it is previewed THEN %s is named", (_, expected) => {
    expect(output).toMatch(expected);
  });

  test("THEN all come at once, without a stack trace, and nothing is made", async () => {
    expect(output).toMatch(/8 errors, nothing was changed/);
    expect(output).not.toMatch(stackTrace);
    expect((await cloud.servers()).map(({ name }) => name).toSorted()).toEqual([worker(0), unfinished]);
    expect(await cloud.containers()).toEqual([]);
  });

  test("THEN npm run preflight says the same, and its exit code is 1", async () => {
    const { code, output: table } = await project.preflight();
    for (const check of ["quota", "mtu", "flavor", "permissions", "server-name", "machine-name"])
      expect(table).toMatch(new RegExp(`^ +${check} +ERROR`, "m"));
    expect(table).toMatch(/^ +dns +warning/m);
    expect(code).toBe(1);
  });
});

test("GIVEN an object store whose signed URLs are of SHA-1 WHEN it is judged THEN it is refused", async () => {
  const undo = await allowOnlySha1();
  try {
    const project = await Project.create("preflight-sha1");
    const { code, output } = await project.preflight();
    expect(output).toContain("accepts temporary URLs signed with sha1 only");
    expect(code).toBe(1);
  } finally {
    await undo();
  }
});

test("GIVEN an application credential in the environment WHEN the cloud is envvars THEN everything is reached by it", async () => {
  const { env, undo } = await applicationCredential();
  try {
    const project = await Project.create("preflight-env", { cloud: "envvars" }, env);
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
    expect(await project.preview()).toMatchObject({ ok: true });
    expect(await project.export()).not.toContain(env["OS_APPLICATION_CREDENTIAL_SECRET"]);
  } finally {
    await undo();
  }
});

test("GIVEN an image whose data never came WHEN it is previewed THEN there is no active image of that name", async () => {
  const undo = await makeQueuedImage("queued");
  try {
    const project = await Project.create("preflight-image");
    await project.configure({ pools: await project.pools({ image: "queued" }) });
    const { ok, output } = await project.preview();
    expect(ok).toBe(false);
    expect(output).toContain('pools[metal].image: no active image named "queued"');
    const table = await project.preflight();
    expect(table.output).toMatch(/quota +not checked/);
    expect(table.code).toBe(1);
  } finally {
    await undo();
  }
});

test("GIVEN a secret inside an object WHEN it is previewed THEN the engine's own list gives it away, unseen", async () => {
  const project = await Project.create("preflight-secret");
  const canary = "canary-7d1e";
  await project.pulumi("config", "set", "--secret", "--path", "openstack-baremetal-compute:cluster.context", canary);
  const { ok, output } = await project.preview();
  expect(ok).toBe(false);
  expect(output).toContain("cluster: is encrypted, or a value inside it is");
  expect(output).not.toContain(canary);
  expect(output).not.toContain(openstack.password);
});
