import { describe, expect, test } from "@jest/globals";
import { portDescription } from "../../../../../components/ports/description.ts";
import { portName } from "../../../../../components/ports/names.ts";
import {
  answer,
  type Change,
  configOf,
  diagnosticsOf,
  existingPort,
  existingServer,
  factsOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const dhcpOptions = [
  { name: "mtu", value: "9000" },
  { name: "sntp-server", value: "[fd00::9]", ipVersion: 6 },
];
const found = (change: Change): string[] =>
  diagnosticsOf(configOf({ networks: [{ dhcpOptions }] }), factsOf(change))
    .filter(({ path }) => path.includes("dhcpOptions"))
    .map(({ path, check, problem, remedy, warning }) => `${check} ${warning} ${path}: ${problem}; ${remedy}`);

describe("GIVEN a DHCP option of each IP version", () => {
  const ofIpv4 =
    'dhcp true pools[metal].networks[0].dhcpOptions[0]: "mtu" is an option of IPv4, and the port has an IPv6 address only: ' +
    "its machine does not get it; set ipVersion: 6 if DHCP has the option for IPv6, too, or remove it";

  test.each<[string, Change, unknown[]]>([
    [
      "IPv4",
      {},
      [expect.stringContaining('"sntp-server" is an option of IPv6, and the port has an IPv4 address only')],
    ],
    ["IPv6", { subnet: { cidr: "fd00::/64" } }, [ofIpv4]],
    ["both", { otherSubnets: [{ id: "s6", cidr: "fd00::/64" }] }, []],
  ])("WHEN the port has %s THEN a warning names the one that its machine does not get", (_, change, expected) => {
    expect(found(change)).toEqual(expected);
  });

  test("WHEN the port is there THEN nothing is said", () => {
    const checks = {
      servers: answer([existingServer("s0", worker, owner)]),
      clusterPorts: answer([existingPort(portName(worker, 0), { description: portDescription(owner, [], false) })]),
    };
    expect(found({ checks })).toEqual([]);
  });
});
