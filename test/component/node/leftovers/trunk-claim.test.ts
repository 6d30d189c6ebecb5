import { beforeEach, describe, expect, test } from "@jest/globals";
import { trunkClaim } from "../../../../components/node/resources/trunk-claim.ts";
import { portDescription } from "../../../../components/ports/description.ts";
import { owner } from "../../../support/node-fixtures.ts";
import { cloudForEachTest } from "../../support/cloud-of-each-test.ts";
import { failureOf, harnessForEachTest } from "../../support/node-harness.ts";

const harness = harnessForEachTest();
const own = cloudForEachTest();

const port = "lab-7x2kq-metal-0-port-0";

function deletion(changes: { removeTimeout?: number; replacement?: boolean } = {}): Promise<void> {
  const { removeTimeout = 30, replacement = false } = changes;
  const inputs = { port, owner, removeTimeout, configPath: "pools[metal]" };
  const operation = { ...harness.operation(Infinity, "delete"), replacement };
  return trunkClaim(() => own.session).delete(operation, { id: port, inputs, state: inputs });
}

describe("GIVEN the claim on the trunk of a port, WHEN it is deleted", () => {
  beforeEach(() => {
    own.cloud.addPort("p0", port, portDescription(owner, [], true));
  });

  test("THEN a trunk that is gone takes one request, and a login", async () => {
    await deletion();
    expect(own.cloud.requests).toHaveLength(2);
    expect(own.cloud.writes).toEqual([]);
  });

  describe("AND an interrupted command has left it", () => {
    beforeEach(() => {
      own.cloud.trunks.set("t0", { parent: "p0", subports: [] });
    });

    test("THEN it goes, its port stays, and the line tells so", async () => {
      await deletion();
      expect(own.cloud.writes).toEqual(["DELETE /network/v2.0/trunks/t0"]);
      expect(harness.infos).toContain(
        `removed what an interrupted command had left in the cloud: trunk t0 of port ${port}`,
      );
    });

    test.each([
      ["names another owner", portDescription("a/b/c", [], true), ""],
      ["names nobody", "rack 7", ""],
      ["is a server's", portDescription(owner, [], true), "s0"],
    ])("THEN it stays on a port that %s, with a warning", async (_, description, server) => {
      own.cloud.addServer("s0", "a-server", owner);
      own.cloud.addPort("p0", port, description, server);
      await deletion();
      expect(own.cloud.writes).toEqual([]);
      expect(harness.warnings.join()).toContain("trunk t0 is not removed");
    });

    test("THEN it stays when the claim is replaced: it is the worker's own", async () => {
      await deletion({ replacement: true });
      expect(own.cloud.requests).toEqual([]);
    });

    test("THEN an error names the phase, its key and the port where Neutron refuses", async () => {
      own.cloud.onRequest = (request) => (request.startsWith("DELETE") ? 409 : undefined);
      const error = await failureOf(deletion());
      expect(error).toContain(`An interrupted command may have left a trunk on port ${port}`);
    });
  });
});
