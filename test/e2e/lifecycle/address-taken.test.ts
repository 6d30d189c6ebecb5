/** Alone on the lab: takes the address of a certain machine, which must be free. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { machines, openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { makeAccount } from "../support/cloud/account.ts";
import { admin } from "../support/cloud/cloud.ts";
import { idIn, idOf } from "../support/cloud/ids.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const own = new OwnPool("taken");
const worker = own.worker("first");
const leftover = "a-port-that-was-left";

const machine = machines[2];
const mac = machine?.nics[0]?.mac ?? "";

/** A port of the project with the machine's address, as an unbind that failed leaves it. */
async function leavePort(): Promise<string> {
  const network_id = await idOf("network", "/v2.0/networks", "networks", openstack.network, admin);
  const project_id = await idOf("identity", "/projects", "projects", openstack.project, admin);
  const port = { name: leftover, network_id, project_id, mac_address: mac };
  return idIn("port", await admin.send("POST", "network", "/v2.0/ports", { port }));
}

describe("GIVEN a machine whose address another port has", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let run: Run;
  let portId: string;

  beforeAll(async () => {
    const operator = await makeAccount("taken-operator", ["member", "admin"]);
    cleanup.push(operator.undo);
    const cloudsYaml = path.join(await cleanup.folder("taken"), "clouds.yaml");
    await writeFile(cloudsYaml, operator.cloudsYaml);
    project = await Project.create("address-taken", {}, { OS_CLIENT_CONFIG_FILE: cloudsYaml });
    cleanup.push(() => project.destroy());
    const workers = [{ name: "first", availabilityZone: `nova:lab:${machine?.uuid}` }];
    await project.configure({ pools: await project.pools({ name: own.name, replicas: undefined, workers }) });
    portId = await leavePort();
    run = await project.up();
  });
  afterAll(cleanup.run);

  test("WHEN up runs THEN it fails", () => {
    expect(run).toMatchObject({ ok: false });
  });

  test("WHEN the next one is previewed THEN it names the port and the address, which Nova does not", async () => {
    const { output } = await project.preflight();
    expect(output).toContain("Failure prepping block device");
    expect(output).toContain(`port ${leftover} (${portId}, ${mac})`);
    expect(output).toContain("openstack port delete <id>");
  });

  describe("WHEN the port is deleted and up runs", () => {
    beforeAll(async () => {
      await admin.remove("network", `/v2.0/ports/${portId}`);
      run = await project.up();
    });

    test("THEN another server is made, and the worker joins", async () => {
      succeeded(run);
      expect(kube.isReady(await kube.node(worker))).toBe(true);
    });

    test("THEN it leaves nothing behind", async () => {
      succeeded(await project.destroy());
      expect(await own.leftovers()).toEqual([]);
    });
  });
});
