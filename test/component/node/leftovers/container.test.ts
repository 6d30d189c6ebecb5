import { describe, expect, test } from "@jest/globals";
import { containerClaim } from "../../../../components/node/resources/container-claim.ts";
import { owner } from "../../../support/node-fixtures.ts";
import { cloudForEachTest } from "../../support/cloud-of-each-test.ts";
import { failureOf, harnessForEachTest } from "../../support/node-harness.ts";

const harness = harnessForEachTest();
const own = cloudForEachTest();

const container = "lab-7x2kq-metal-ignition-0a1b2c3d";

function deletion(changes: { removeTimeout?: number; replacement?: boolean } = {}): Promise<void> {
  const { removeTimeout = 30, replacement = false } = changes;
  const inputs = { container, owner, removeTimeout, configPath: "pools[metal]" };
  const operation = { ...harness.operation(Infinity, "delete"), replacement };
  return containerClaim(() => own.session).delete(operation, { id: container, inputs, state: inputs });
}

describe("GIVEN the claim on a pool's container, WHEN it is deleted", () => {
  test("THEN a container that is gone takes one request, and a login", async () => {
    await deletion();
    expect(own.cloud.requests).toEqual(["POST /v3/auth/tokens", `HEAD /objects/${container}`]);
  });

  test("THEN one that an interrupted command has left goes with all its objects, and the line tells so", async () => {
    own.cloud.containers.set(container, { owner, objects: new Set(["a/b.ign", "c.ign"]) });
    own.cloud.containers.set("lab-7x2kq-other-ignition-0a1b2c3d", { owner, objects: new Set(["d.ign"]) });
    await deletion();
    expect([...own.cloud.containers.keys()]).toEqual(["lab-7x2kq-other-ignition-0a1b2c3d"]);
    expect(harness.infos).toContain(
      `removed what an interrupted command had left in the object store: container ${container}`,
    );
  });

  test.each([
    ["another owner's", "acme/openstack-baremetal-compute/other"],
    ["one that names nobody", undefined],
  ])("THEN %s stays, with a warning", async (_, other) => {
    own.cloud.containers.set(container, { ...(other !== undefined && { owner: other }), objects: new Set(["c.ign"]) });
    await deletion();
    expect(own.cloud.containers.get(container)?.objects.size).toBe(1);
    expect(harness.warnings).toEqual([expect.stringMatching(/^container .* is not removed: it does not name acme\//)]);
  });

  test("THEN one whose list of objects is behind is tried again", async () => {
    own.cloud.containers.set(container, { owner, objects: new Set() });
    let refusals = 1;
    own.cloud.onRequest = (request) => (request.startsWith("DELETE") && refusals-- > 0 ? 409 : undefined);
    await deletion();
    expect(own.cloud.containers.size).toBe(0);
  });

  test("THEN an object store that does not answer is an error that says what may be left", async () => {
    own.cloud.onRequest = (request) => (request.startsWith("HEAD") ? 503 : undefined);
    const message = await failureOf(deletion({ removeTimeout: 4 }));
    expect(message).toMatch(/did not finish within .*\(pools\[metal\]\.timeouts\.nodeRemoval\).*HTTP 503/);
    expect(message).toContain(`may have left container ${container} in the object store. Run the same command again`);
  });

  test("THEN a claim that is replaced leaves the container, which stays in the state", async () => {
    own.cloud.containers.set(container, { owner, objects: new Set() });
    await deletion({ replacement: true });
    expect(own.cloud.requests).toEqual([]);
  });
});
