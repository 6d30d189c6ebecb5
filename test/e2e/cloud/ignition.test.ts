/** Alone on the lab: changes the Secrets that every preview reads, and counts the requests for configs. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { dataUrl } from "../../../components/ignition/data-url.ts";
import { files, hostPort, machineNetwork } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { makeImage } from "../support/cloud/images.ts";
import { changeWorkerUserData, removeBootstrapToken, requests } from "../support/machine-config.ts";
import { type Preflight, Project, succeeded } from "../support/project.ts";

/** An address of the machine network that nobody has. */
const nobody = machineNetwork.host(250);

describe("GIVEN the lab's Machine Config Server, which can be reached from here", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("ignition");
  });

  describe("WHEN a preview queries it", () => {
    let output = "";
    let queries: readonly string[] = [];
    beforeAll(async () => {
      const before = (await requests()).length;
      output = succeeded(await project.preview());
      queries = (await requests()).slice(before);
    });

    test("THEN the preview says what it answered", () => {
      expect(output).toContain("Machine Config Server serves Ignition up to 3.5.0; answered 200 for pool worker");
    });

    test("THEN it is asked once as a machine asks, and never for the join secret in its answer", () => {
      expect(queries).toEqual([
        expect.stringMatching(
          /HEAD \/config\/worker .*Accept:application\/vnd\.coreos\.ignition\+json;version=3\.5\.0/,
        ),
      ]);
    });
  });

  describe("WHEN it cannot make the config", () => {
    const cleanup = new Cleanup();
    beforeAll(async () => {
      cleanup.push(await removeBootstrapToken());
    });
    afterAll(cleanup.run);

    test("THEN its 500 is an error, because a machine would ask indefinitely", async () => {
      const { code, output } = await project.preflight();
      expect(output).toMatch(/ignition +ERROR/);
      expect(output).toMatch(/ignition\.machineConfigPool: .* answers 500 for pool "worker" in Ignition 3\.5\.0/);
      expect(code).toBe(1);
    });
  });

  describe("WHEN the cluster names another authority for it", () => {
    const cleanup = new Cleanup();
    beforeAll(async () => {
      const authority = dataUrl(await readFile(files.caCert, "utf8"));
      cleanup.push(await changeWorkerUserData((text) => text.replace(/data:[^"]+/, authority)));
    });
    afterAll(cleanup.run);

    test("THEN it is an error that the machines do not trust it", async () => {
      const { code, output } = await project.preflight();
      expect(output).toMatch(
        /cluster: the certificate of the Machine Config Server at .* is not trusted by its machines/,
      );
      expect(code).toBe(1);
    });
  });

  describe.each([
    ["refuses connections", hostPort(machineNetwork.apiVip, 22624), /ECONNREFUSED/],
    ["does not answer, as behind a firewall,", hostPort(nobody, 22623), /Connect Timeout|EHOSTUNREACH/i],
  ])("WHEN it %s from here", (_, host, reason) => {
    const cleanup = new Cleanup();
    beforeAll(async () => {
      const change = (text: string): string => text.replace(/https:\/\/[^/]+\/config/, `https://${host}/config`);
      cleanup.push(await changeWorkerUserData(change));
    });
    afterAll(cleanup.run);

    test("THEN the preview says so, and goes on", async () => {
      const output = succeeded(await project.preview());
      const [, told = ""] = /not queried, it is unreachable from here: (.*)/.exec(output) ?? [];
      expect(told).toMatch(reason);
    });
  });
});

describe("GIVEN boot images that say their release", () => {
  const cleanup = new Cleanup();
  let result: Preflight;
  beforeAll(async () => {
    cleanup.push(await makeImage("old", { os_version: "4.5" }));
    cleanup.push(await makeImage("mid", { os_version: "4.13" }));
    const project = await Project.create("ignition-images");
    const [old] = await project.pools({ name: "old", image: "old" });
    const [mid] = await project.pools({ name: "mid", image: "mid", ignition: { spec: "3.4.0" } });
    await project.configure({ pools: [old, mid] });
    result = await project.preflight();
  });
  afterAll(cleanup.run);

  test.each([
    ["a release that is too old", 'pools[old].image: image "old" is of OpenShift 4.5 (os_version 4.5)'],
    ["a config that is above what the image knows", "pools[mid].ignition.spec: the config uses Ignition 3.4.0"],
  ])("WHEN a pool has %s THEN it is refused", (_, expected) => {
    expect(result.output).toContain(expected);
    expect(result.code).toBe(1);
  });
});
