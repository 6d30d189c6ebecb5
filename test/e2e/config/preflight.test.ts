/** Alone on the lab: changes quota, MTU, DNS and object store, and wants no server in the project. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { workerName } from "../../../components/ports/names.ts";
import { cluster, openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { type ApplicationCredential, applicationCredential } from "../support/cloud/account.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { makeQueuedImage } from "../support/cloud/images.ts";
import { allowOnlySha1 } from "../support/cloud/obstacles.ts";
import { serverNames } from "../support/cloud/servers.ts";
import { stackTrace } from "../support/output.ts";
import { type Preflight, Project, type Run, succeeded } from "../support/project.ts";
import { makeEveryObstacle } from "../support/stack/every-obstacle.ts";

const worker = (i: number): string => workerName(cluster.infraId, "metal", i);
const unfinished = workerName(cluster.infraId, "other", 0);

describe("GIVEN a cloud and a cluster without any errors", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("preflight-good");
  });

  test("WHEN npm run preflight runs THEN every check is ok, and the exit code is 0", async () => {
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
  const cleanup = new Cleanup();
  let project: Project;
  let output = "";

  beforeAll(async () => {
    project = await makeEveryObstacle({ stack: "preflight-bad", worker, unfinished }, cleanup);
    ({ output } = await project.preview());
  });
  afterAll(cleanup.run);

  test.each([
    ["a flavor without a class", /pools\[metal\]\.flavor: flavor "no-class" requests no custom resource class/],
    ["a flavor that keeps its RAM", /pools\[other\]\.flavor: .* does not set resources:MEMORY_MB to 0/],
    ["a quota that is too small", /pools: this update adds 3 instances, but only 0 of the quota of 2 are free/],
    ["an MTU below the cluster's", /machineNetwork\.network: .* has an MTU of 1400\n.*expected: at least 1500/],
    ["(as a warning) a subnet without DNS", /machineNetwork\.subnet: \(warning\) .* has no DNS server/],
    ["an unknown pool", /machineConfigPool: .*"wroker"\n.*\n.*write worker instead/],
    ["a missing permission", /cluster: the account may not create pods\/eviction/],
    [
      "a server of another stack",
      new RegExp(`server ${worker(0)} \\(.*\\) already exists and belongs to stack organization/[^/]+/other`),
    ],
    [
      "a server that a killed run left, and that is not taken over as it is",
      // no host is found for it, which Nova notes after a while
      new RegExp(
        `server ${unfinished} \\(.*\\) is this stack's, but not in its state, and (is in ERROR|not as the config says)`,
      ),
    ],
    [
      "(as a warning) a port of an unknown owner",
      new RegExp(`\\(warning\\) port ${worker(1)}-port-0 \\(.*\\) already exists`),
    ],
    ["a Machine of that name", new RegExp(`the Machine API has a Machine ${worker(1)}`)],
  ])("WHEN it is previewed THEN %s is named", (_, expected) => {
    expect(output).toMatch(expected);
  });

  test("WHEN it is previewed THEN all errors come at once, without a stack trace", () => {
    expect(output).toMatch(/9 errors, nothing was changed/);
    expect(output).not.toMatch(stackTrace);
  });

  test("WHEN it is previewed THEN nothing is made", async () => {
    expect(await serverNames()).toEqual([worker(0), unfinished]);
    expect(await cloud.containers()).toEqual([]);
  });

  test("WHEN npm run preflight runs THEN it says the same, and its exit code is 1", async () => {
    const { code, output: table } = await project.preflight();
    for (const check of ["quota", "mtu", "flavor", "permissions", "server-name", "machine-name"])
      expect(table).toMatch(new RegExp(`^ +${check} +ERROR`, "m"));
    expect(table).toMatch(/^ +dns +warning/m);
    expect(code).toBe(1);
  });
});

describe("GIVEN an object store that accepts only signed URLs of SHA-1", () => {
  const cleanup = new Cleanup();
  beforeAll(async () => {
    cleanup.push(await allowOnlySha1());
  });
  afterAll(cleanup.run);

  test("WHEN npm run preflight runs THEN no errors are found, since the program signs with what the store accepts", async () => {
    const project = await Project.create("preflight-sha1");
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
  });
});

describe("GIVEN an application credential in the environment, and envvars as the cloud", () => {
  const cleanup = new Cleanup();
  let credential: ApplicationCredential;
  let project: Project;
  beforeAll(async () => {
    credential = await applicationCredential();
    cleanup.push(credential.undo);
    project = await Project.create("preflight-env", { cloud: "envvars" }, credential.env);
  });
  afterAll(cleanup.run);

  test("WHEN npm run preflight runs THEN no errors are found", async () => {
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
  });

  test("WHEN it is previewed with less parallelism than workers THEN the rounds are said, and what to type for one", async () => {
    const output = succeeded(await project.preview("--parallel", "1"));
    expect(output).toMatch(/2 workers could be worked on at once.*1 at a time: 2 rounds.*pulumi up --parallel 2/);
    expect(succeeded(await project.preview())).not.toContain("rounds");
  });

  test("WHEN it is previewed THEN the secret is not in the state", async () => {
    succeeded(await project.preview());
    expect(await project.export()).not.toContain(credential.secret);
  });
});

describe("GIVEN an image whose data never came", () => {
  const cleanup = new Cleanup();
  let project: Project;
  beforeAll(async () => {
    cleanup.push(await makeQueuedImage("queued"));
    project = await Project.create("preflight-image");
    await project.configure({ pools: await project.pools({ image: "queued" }) });
  });
  afterAll(cleanup.run);

  test("WHEN it is previewed THEN there is no active image of that name", async () => {
    const { ok, output } = await project.preview();
    expect(ok).toBe(false);
    expect(output).toContain('pools[metal].image: no active image named "queued"');
  });

  test("WHEN npm run preflight runs THEN the image is not checked, and all else is", async () => {
    const table: Preflight = await project.preflight();
    expect(table.output).toMatch(/image +not checked/);
    expect(table.output).toMatch(/quota +ok/);
    expect(table.code).toBe(1);
  });
});

describe("GIVEN a secret inside an object of the config", () => {
  const secret = "canary-7d1e";
  let run: Run;
  beforeAll(async () => {
    const project = await Project.create("preflight-secret");
    await project.pulumi("config", "set", "--secret", "--path", "openstack-baremetal-compute:cluster.context", secret);
    run = await project.preview();
  });

  test("WHEN it is previewed THEN it is refused, by the engine's own list of encrypted values", () => {
    expect(run.ok).toBe(false);
    expect(run.output).toContain("cluster: is encrypted, or a value inside it is");
  });

  test("WHEN it is previewed THEN no secret is shown", () => {
    expect(run.output).not.toContain(secret);
    expect(run.output).not.toContain(openstack.password);
  });
});
