import { describe, expect, test } from "@jest/globals";
import { nodeDrain } from "../../../../components/node/resources/node-drain.ts";
import { drainInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { cloudForEachTest } from "../../support/cloud-of-each-test.ts";
import { eventually, harnessForEachTest } from "../../support/node-harness.ts";

// What a detach says of a server that the OpenStack provider has Nova delete, once the worker is drained.

const harness = harnessForEachTest();
const own = cloudForEachTest();

const { nodeName, serverId } = worker;
const looks = (): number => own.cloud.requests.filter((it) => it === `GET /compute/servers/${serverId}`).length;
const fault = "Error destroying the instance on node 7a. Provision state still 'deleting'.";

/** Deletes the drain of a worker, as the engine does before it deletes the server. */
function detach(replacement = false): Promise<void> {
  const operation = { ...harness.operation(Infinity, "delete"), replacement };
  const resource = nodeDrain(
    () => Promise.resolve(harness.cluster),
    () => own.session,
  );
  return resource.delete(operation, { id: nodeName, inputs: drainInputs, state: drainInputs });
}

function serverIs(status: string, change: { readonly task?: string; readonly fault?: string }): void {
  const server = own.cloud.servers.get(serverId);
  if (!server) throw new Error(`the cloud has no server ${serverId}`);
  server.status = status;
  server["OS-EXT-STS:task_state"] = change.task;
  if (change.fault !== undefined) server.fault = { message: change.fault };
}

describe("GIVEN a worker whose drain is deleted, and with it soon its server", () => {
  test("WHEN Nova gives up THEN the fault is told, and who sees its cause where; nobody has waited for it", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    await detach();
    await eventually(() => looks() > 0);
    serverIs("ACTIVE", { task: "deleting" });
    await eventually(() => looks() > 1);
    expect(harness.warnings).toEqual([]);
    serverIs("ERROR", { fault });
    await eventually(() => harness.warnings.length > 0);
    expect(harness.warnings).toEqual([
      `server ${nodeName} (${serverId}) is in ERROR instead of deleted: ${fault} Nova has given up: the cloud's operator sees ` +
        `why on the machine (openstack baremetal node show --instance ${serverId}, last_error) and mends it; then this command ` +
        "has it released, or openstack server delete.",
    ]);
    expect(own.cloud.writes).toEqual([]);
  });

  test("WHEN it was in ERROR before THEN that is told at once, and as a warning only what follows", async () => {
    own.cloud.addServer(serverId, nodeName, owner, "ERROR");
    serverIs("ERROR", { fault: "No valid host was found." });
    await detach();
    await eventually(() => looks() > 1);
    expect(harness.warnings).toEqual([]);
    expect(harness.infos.filter((text) => text.includes("in ERROR"))).toEqual([
      `server ${nodeName} (${serverId}) is in ERROR before it is deleted: No valid host was found. The OpenStack provider does ` +
        "not wait for such a deletion: if it ends with \"unexpected state 'ERROR'\", repeat the command.",
    ]);
    serverIs("ERROR", { task: "deleting" });
    await eventually(() => looks() > 3);
    serverIs("ERROR", { fault });
    await eventually(() => harness.warnings.length > 0);
    expect(harness.warnings[0]).toContain(fault);
  });

  test("WHEN the server is gone THEN nothing is told, and nobody looks again", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    await detach();
    await eventually(() => looks() > 0);
    own.cloud.servers.clear();
    const before = looks();
    await eventually(() => looks() > before);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(looks()).toBe(before + 1);
    expect(harness.warnings).toEqual([]);
  });

  test("WHEN the cloud refuses THEN that is told", async () => {
    own.cloud.onRequest = (asked) => (asked.includes("/compute/servers/") ? 403 : undefined);
    await detach();
    await eventually(() => harness.warnings.length > 0);
    expect(harness.warnings[0]).toMatch(/^what Nova says of server lab-worker-0 \(\S+\) could not be read: .*403/);
  });

  test("WHEN the cluster is skipped THEN what the state has of the drain keeps nothing from being deleted", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    const resource = nodeDrain(
      () => Promise.reject(new Error("no cluster")),
      () => own.session,
    );
    const state = { nodeName, serverId, drain: "of a release that knew more" };
    await resource.deleteSkippingCluster?.(harness.operation(Infinity, "delete"), { id: nodeName, inputs: {}, state });
    await eventually(() => looks() > 0);
    own.cloud.servers.clear();
    const before = looks();
    await eventually(() => looks() > before);
  });

  test("WHEN it is replaced THEN nobody looks: the program's hook does", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    await detach(true);
    expect(own.cloud.requests).toEqual([]);
  });
});
