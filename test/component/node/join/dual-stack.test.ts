import { describe, expect, test } from "@jest/globals";
import { worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";

const harness = harnessForEachTest();

describe("GIVEN a kubelet with an address of each IP version WHEN its worker joins", () => {
  test.each([
    ["both addresses of its port", worker.fixedIps],
    ["the IPv6 address alone", ["fd00::10"]],
    ["the IPv6 address in another spelling", ["FD00:0:0::10", "10.0.0.10"]],
  ])("THEN a serving certificate for %s is approved, and the Node is Ready", async (_, ips) => {
    const joined = harness.join();
    await harness.request("csr-client", "client");
    await eventually(() => harness.approved("csr-client"));
    harness.node({ ready: "False", ips });
    await harness.request("csr-serving", "serving", { ips });
    await eventually(() => harness.approved("csr-serving"));
    harness.node({ ips, metadata: { annotations: harness.annotations() } });
    expect(await joined).toMatchObject({ state: "Ready", internalIp: ips[0] });
  });

  test("THEN an IPv6 address that is none of its ports' ends the join with both that are", async () => {
    harness.node({ ips: ["10.0.0.10", "fd00::99"] });
    expect(await failureOf(harness.join())).toContain(
      "its InternalIP fd00::99 is none of the fixed IPs of its ports (10.0.0.10, fd00::10)",
    );
  });
});
