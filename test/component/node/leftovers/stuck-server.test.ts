import { describe, expect, test } from "@jest/globals";
import { nodeClaim } from "../../../../components/node/resources/node-claim.ts";
import { nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { cloudForEachTest } from "../../support/cloud-of-each-test.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";

// A server that Nova does not get rid of: its machine's BMC does not answer, or Ironic has failed to clean it up.

const harness = harnessForEachTest();
const own = cloudForEachTest();

const { nodeName, serverId } = worker;
const removal = `DELETE /compute/servers/${serverId}`;
const fault = "Error destroying the instance on node 7a. Provision state still 'deleting'.";

function deletion(deleteTimeout: number): Promise<void> {
  const settings = { removeTimeout: 30, deleteTimeout, drain: nodeInputs.drain, configPath: "pools[metal]" };
  const inputs = { nodeName, owner, ...settings };
  const resource = nodeClaim(
    () => Promise.resolve(harness.cluster),
    () => own.session,
  );
  return resource.delete(harness.operation(Infinity, "delete"), { id: nodeName, inputs, state: inputs });
}

/** Nova has tried to delete the server, and failed. */
function giveUp(): void {
  own.cloud.addServer(serverId, nodeName, owner, "ERROR");
  const server = own.cloud.servers.get(serverId);
  if (server) server.fault = { message: fault };
  own.cloud.stuck.add(serverId);
}

describe("GIVEN a server whose deletion Nova has given up, WHEN its claim is deleted", () => {
  test("THEN the error names the phase, its bound, Nova's fault and what to look at", async () => {
    giveUp();
    const message = await failureOf(deletion(2));
    expect(message).toMatch(/phase "server removal" did not finish within 2s \(pools\[metal\]\.timeouts\.delete\)/);
    expect(message).toContain(`waiting for server ${serverId} (ERROR: ${fault}) to be gone`);
    expect(message).toContain(`(openstack baremetal node show --instance ${serverId}, last_error)`);
    expect(message).toMatch(/Run the same command again to continue\.$/);
  });

  test("THEN an account that sees Ironic's machines is told which one it is, and its state", async () => {
    giveUp();
    const machine = { uuid: "7a", name: "rack1-u7", resource_class: "baremetal", instance_uuid: serverId };
    const other = { ...machine, uuid: "7b", name: "rack1-u8", instance_uuid: "another" };
    own.cloud.nodes = [
      { ...other, provision_state: "active" },
      { ...machine, provision_state: "error", maintenance: true },
    ];
    const message = await failureOf(deletion(2));
    expect(message).toContain("; its machine in Ironic is rack1-u7 (7a), error, in maintenance");
    expect(message).toContain("(openstack baremetal node show 7a, last_error)");
    expect(message).not.toContain("rack1-u8");
  });

  test("THEN its line tells the fault while it waits", async () => {
    giveUp();
    const ended = failureOf(deletion(60));
    await eventually(() => harness.infos.some((it) => it.startsWith("server removal: ") && it.includes(fault)));
    harness.cancel();
    expect(await ended).toContain(fault);
  });

  test("THEN it asks Nova again after a while, and goes on once the machine is mended", async () => {
    giveUp();
    own.cloud.onRequest = () => {
      if (own.cloud.writes.length === 2) own.cloud.stuck.clear();
      return undefined;
    };
    await deletion(60);
    expect(own.cloud.writes).toEqual([removal, removal]);
    expect(own.cloud.servers.size).toBe(0);
  });
});

test("GIVEN a server that Nova is still deleting, WHEN that takes too long THEN the error says what Nova does, and asks once", async () => {
  own.cloud.addServer(serverId, nodeName, owner, "ERROR");
  const server = own.cloud.servers.get(serverId);
  if (server) server["OS-EXT-STS:task_state"] = "deleting";
  own.cloud.stuck.add(serverId);
  const message = await failureOf(deletion(7));
  expect(message).toContain(`server ${serverId} (ERROR, deleting) to be gone`);
  expect(message).not.toContain("Nova has given up");
  expect(own.cloud.writes).toEqual([removal]);
});
