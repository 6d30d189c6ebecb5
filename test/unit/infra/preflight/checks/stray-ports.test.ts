import { expect, test } from "@jest/globals";
import type { ExistingPort } from "../../../../../infra/discovery/facts.ts";
import { perhapsStrayPort } from "../../../../../infra/preflight/checks/stray-ports.ts";
import { existingPort } from "../../../../support/preflight-facts.ts";

/** As Nova says it of the lab's Ironic, where another port has the machine's address. */
const failure = "Build of instance f4a8e922 aborted: Failure prepping block device.";

const stray: Partial<ExistingPort> = { mac: "52:54:00:77:00:12", deviceId: "" };

test.each<[string, string, Partial<ExistingPort>, boolean]>([
  ["has the address of a network card and no server", failure, stray, true],
  ["has the address of a network card and a server", failure, { ...stray, deviceId: "a-server" }, false],
  ["has an address that Neutron generates", failure, { ...stray, mac: "fa:16:3e:01:02:03" }, false],
  ["is not reported in full", failure, {}, false],
  ["has nothing to do with the failure", "No valid host was found.", stray, false],
])("GIVEN a port that %s WHEN a build has failed THEN that tells whether it may be the cause", (_, text, port, is) => {
  const hint = perhapsStrayPort(text, [existingPort("left", port)]);
  expect(hint !== "").toBe(is);
  if (is) expect(hint).toMatch(/port left \(\S+, 52:54:00:77:00:12\).*openstack port delete/);
});
