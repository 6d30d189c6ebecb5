import { beforeEach, describe, expect, test } from "@jest/globals";
import { nodeClaim } from "../../../../components/node/resources/node-claim.ts";
import { ownerDescription, portDescription } from "../../../../components/ports/description.ts";
import { portName, subportName } from "../../../../components/ports/names.ts";
import { nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { cloudForEachTest } from "../../support/cloud-of-each-test.ts";
import { harnessForEachTest } from "../../support/node-harness.ts";

const harness = harnessForEachTest();
const own = cloudForEachTest();

const { nodeName, serverId } = worker;
const port = portName(nodeName, 0);
const vlan = (segmentationId: number): string =>
  subportName(port, { segmentationId, networkId: "storage", subnetIds: [] });
const ofWorker = ownerDescription(owner, nodeName);

/** What a claim's deletion does. */
function deletion(): Promise<void> {
  const inputs = {
    nodeName,
    owner,
    removeTimeout: 30,
    deleteTimeout: 30,
    drain: nodeInputs.drain,
    configPath: "pools[metal]",
  };
  const resource = nodeClaim(
    () => Promise.resolve(harness.cluster),
    () => own.session,
  );
  return resource.delete(harness.operation(Infinity, "delete"), { id: nodeName, inputs, state: inputs });
}

describe("GIVEN a worker of which an interrupted command has left a trunk, WHEN its claim is deleted", () => {
  beforeEach(() => {
    own.cloud.addPort("p0", port, portDescription(owner, [], true));
    own.cloud.addPort("v100", vlan(100), ofWorker);
    own.cloud.addPort("v200", vlan(200), ofWorker);
    own.cloud.trunks.set("t0", { parent: "p0", subports: ["v100", "v200"] });
  });

  test("THEN the trunk goes before its ports, and the line tells so", async () => {
    await deletion();
    const [first, ...others] = own.cloud.writes;
    expect(first).toBe("DELETE /network/v2.0/trunks/t0");
    expect(others).toHaveLength(3);
    expect([own.cloud.trunks.size, own.cloud.ports.size]).toEqual([0, 0]);
    expect(harness.infos).toContain(
      "removed what an interrupted command had left in the cloud: " +
        `trunk ${port}-trunk (t0), port ${port} (p0), port ${vlan(100)} (v100), port ${vlan(200)} (v200)`,
    );
  });

  test("THEN its server goes before the trunk", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    own.cloud.addPort("p0", port, portDescription(owner, [], true), serverId);
    const left: number[] = [];
    own.cloud.onGone = () => left.push(own.cloud.trunks.size);
    await deletion();
    expect(left).toEqual([1]);
    expect(own.cloud.trunks.size).toBe(0);
  });

  test("THEN trunk and subports of a port that another's server uses stay, and a warning says so", async () => {
    own.cloud.addServer("other", "other", undefined);
    own.cloud.addPort("p0", port, portDescription(owner, [], true), "other");
    await deletion();
    expect(own.cloud.writes).toEqual([]);
    expect(harness.warnings.join()).toContain(`port ${port} (p0) is not removed`);
  });
});

describe("GIVEN subports alone, WHEN the claim is deleted", () => {
  test("THEN those of the worker go, and nobody else's", async () => {
    own.cloud.addPort("v100", vlan(100), ofWorker);
    own.cloud.addPort("other", vlan(200), ownerDescription("a/b/c", nodeName));
    own.cloud.addPort("named", "somebody-else", ofWorker);
    await deletion();
    expect(own.cloud.writes).toEqual(["DELETE /network/v2.0/ports/v100"]);
  });
});
