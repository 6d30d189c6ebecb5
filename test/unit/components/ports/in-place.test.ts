import { describe, expect, test } from "@jest/globals";
import { optionRefusal, portInPlaceLine } from "../../../../components/ports/in-place.ts";

const mtu = { name: "mtu", value: "1450", ipVersion: 4 };
const before = { name: "w0-port-1", securityGroupIds: ["a", "b"], tags: ["x", "y"], extraDhcpOptions: [mtu] };
const told = (after: object): string | undefined => portInPlaceLine("w0", "w0-port-1", before, { ...before, ...after });

describe("GIVEN a port's inputs and what they were", () => {
  test.each<[string, object]>([
    ["nothing", {}],
    ["what the provider tells apart", { adminStateUp: true, __defaults: [] }],
    ["groups in another order", { securityGroupIds: ["b", "a"] }],
    ["tags in another order, one of them twice", { tags: ["y", "x", "y"] }],
    ["a default written out", { extraDhcpOptions: [{ name: "mtu", value: "1450" }] }],
  ])("WHEN %s differs THEN nothing is told", (_, after) => {
    expect(told(after)).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ["a group", { securityGroupIds: ["a", "c"] }, "security groups a, b -> a, c"],
    ["a tag", { tags: ["x"] }, "tags x, y -> x"],
    ["the options' absence", { extraDhcpOptions: undefined }, "DHCP options mtu=1450 -> none"],
    ["an option's value", { extraDhcpOptions: [{ ...mtu, value: "9000" }] }, "DHCP options mtu=1450 -> mtu=9000"],
    [
      "an option's version",
      { extraDhcpOptions: [{ ...mtu, ipVersion: 6 }] },
      "DHCP options mtu=1450 -> mtu=1450 (IPv6)",
    ],
  ])("WHEN %s differs THEN the worker's line says so", (_, after, change) => {
    expect(told(after)).toBe(`w0: in place (w0-port-1: ${change})`);
  });

  test("WHEN several differ THEN one line says so", () => {
    expect(told({ tags: [], extraDhcpOptions: [] })).toBe(
      "w0: in place (w0-port-1: tags x, y -> none; DHCP options mtu=1450 -> none)",
    );
  });
});

describe("GIVEN a port with DHCP options of both IP versions", () => {
  const ntp = { name: "56", value: "[fd00::9]", ipVersion: 6 };
  const zone = { name: "new-tzdb-timezone", value: "UTC", ipVersion: 6 };
  const refusal = (...options: readonly object[]): string | undefined =>
    optionRefusal("w0-port-1", { extraDhcpOptions: [mtu, ntp, zone] }, { extraDhcpOptions: options });

  test.each<[string, readonly object[]]>([
    ["removes none", [mtu, ntp, zone]],
    ["removes one of IPv4", [ntp, zone]],
    ["changes the value of one", [mtu, { ...ntp, value: "[fd00::a]" }, zone]],
    ["adds the other version of one", [mtu, { ...mtu, ipVersion: 6 }, ntp, zone]],
  ])("WHEN an edit %s THEN it is not refused", (_, options) => {
    expect(refusal(...options)).toBeUndefined();
  });

  test.each<[string, readonly object[], string]>([
    ["removes those of IPv6", [mtu], "56 (IPv6), new-tzdb-timezone (IPv6)"],
    ["makes one of IPv6 one of IPv4", [mtu, { ...ntp, ipVersion: 4 }, zone], "56 (IPv6)"],
    ["makes one of IPv4 one of IPv6", [{ ...mtu, ipVersion: 6 }, ntp, zone], "mtu (IPv4)"],
  ])("WHEN an edit %s THEN it is refused, and says which the port would keep", (_, options, kept) => {
    expect(refusal(...options)).toContain(`w0-port-1 would keep ${kept}. Nothing was changed.`);
    expect(refusal(...options)).toContain("pulumi up --replace '**:Port::w0-port-1'");
  });
});
