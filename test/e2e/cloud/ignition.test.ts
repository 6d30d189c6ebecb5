import { beforeAll, describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { dataUrl } from "../../../components/ignition/data-url.ts";
import { files, machineNetwork } from "../../lab/settings.ts";
import { changeWorkerUserData, makeImage, removeBootstrapToken, requests } from "../support/machine-config.ts";
import { Project } from "../support/project.ts";

/** An address of the machine network that nobody has. */
const nobody = machineNetwork.cidr.replace(/\d+\/\d+$/, "250");

describe("GIVEN the lab's Machine Config Server, which can be reached from here", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("ignition");
  });

  test("WHEN a preview asks it THEN as a machine would, and never for the join secret in its answer", async () => {
    const before = (await requests()).length;
    const { ok, output } = await project.preview();
    expect(ok).toBe(true);
    expect(output).toContain("Machine Config Server serves Ignition up to 3.5.0; answered 200 for pool worker");
    const asked = (await requests()).slice(before);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/HEAD \/config\/worker .*Accept:application\/vnd\.coreos\.ignition\+json;version=3\.5\.0/);
  });

  test("WHEN it cannot make the config THEN its 500 is a fault, for a machine would ask for ever", async () => {
    const undo = await removeBootstrapToken();
    try {
      const { code, output } = await project.preflight();
      expect(output).toMatch(/ignition +ERROR/);
      expect(output).toMatch(/ignition\.machineConfigPool: .* answers 500 for pool "worker" in Ignition 3\.5\.0/);
      expect(code).toBe(1);
    } finally {
      await undo();
    }
  });

  test("WHEN the cluster names another authority for it THEN the machines' distrust is a fault", async () => {
    const authority = dataUrl(await readFile(files.caCert, "utf8"));
    const undo = await changeWorkerUserData((text) => text.replace(/data:[^"]+/, authority));
    try {
      const { code, output } = await project.preflight();
      expect(output).toMatch(
        /cluster: the certificate of the Machine Config Server at .* is not trusted by its machines/,
      );
      expect(code).toBe(1);
    } finally {
      await undo();
    }
  });

  test.each([
    ["refuses", `${machineNetwork.apiVip}:22624`, /ECONNREFUSED/],
    ["is as silent as behind a firewall", `${nobody}:22623`, /Connect Timeout|EHOSTUNREACH/i],
  ])("WHEN it %s from here THEN that is told and stops nothing", async (_, host, reason) => {
    const undo = await changeWorkerUserData((text) =>
      text.replace(/https:\/\/[^/]+\/config/, `https://${host}/config`),
    );
    try {
      const { ok, output } = await project.preview();
      const [, told = ""] = /not queried, it is unreachable from here: (.*)/.exec(output) ?? [];
      expect(told).toMatch(reason);
      expect(ok).toBe(true);
    } finally {
      await undo();
    }
  });
});

test("GIVEN boot images that say their release WHEN the config is above what they know THEN each is refused", async () => {
  const undo = [await makeImage("old", { os_version: "4.5" }), await makeImage("mid", { os_version: "4.13" })];
  try {
    const project = await Project.create("ignition-images");
    const [old] = await project.pools({ name: "old", image: "old" });
    const [mid] = await project.pools({ name: "mid", image: "mid", ignition: { spec: "3.4.0" } });
    await project.configure({ pools: [old, mid] });
    const { code, output } = await project.preflight();
    expect(output).toContain('pools[old].image: image "old" is of OpenShift 4.5 (os_version 4.5)');
    expect(output).toContain("pools[mid].ignition.spec: the config uses Ignition 3.4.0");
    expect(code).toBe(1);
  } finally {
    for (const each of undo) await each();
  }
});
