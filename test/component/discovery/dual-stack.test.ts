import { expect, test } from "@jest/globals";
import { cloud, diagnosticsOf, mockCloud, read, subnet, tag } from "../support/cloud-lookups.ts";

mockCloud();

const tagBoth = (change: object = {}): void => {
  tag("b", "a");
  const six = { cidr: "fd00:1::/64", ipv6AddressMode: "dhcpv6-stateful", ipv6RaMode: "dhcpv6-stateful", ...change };
  const [a, b] = ["a", "b"].map((id) => ({ ...subnet, id, name: `nodes-${id}` }));
  cloud["getSubnet"] = { a: { ...a, ...six }, b: b ?? {} };
};

test("GIVEN the two tagged subnets of a dual-stack cluster WHEN the config names none THEN both are the machines', IPv4 first", async () => {
  tagBoth();
  const { subnets, areNamed, pools } = await read();
  expect(subnets.map(({ id }) => id)).toEqual(["b", "a"]);
  expect(areNamed).toBe(false);
  expect(pools[0]?.ports[0]?.subnets).toEqual(subnets);
  expect(subnets[1]).not.toHaveProperty("autoAddress");
});

test("GIVEN tagged subnets of both IP versions in two networks WHEN the config names none THEN the error asks to name them", async () => {
  tagBoth({ networkId: "other" });
  expect(await diagnosticsOf(read())).toMatchObject([
    { path: "machineNetwork", remedy: expect.stringContaining("[<IPv4 subnet>, <IPv6 subnet>]") },
  ]);
});

test.each([
  [{ ipv6AddressMode: "slaac", ipv6RaMode: "slaac" }, "slaac"],
  [{ ipv6AddressMode: "", ipv6RaMode: "dhcpv6-stateless" }, "dhcpv6-stateless"],
  [{ ipv6AddressMode: "", ipv6RaMode: "" }, undefined],
])("GIVEN an IPv6 subnet of %j WHEN it is read THEN a machine makes its own address: %s", async (modes, expected) => {
  tagBoth(modes);
  const { subnets } = await read();
  expect(subnets[1]?.autoAddress).toBe(expected);
});

test("GIVEN a config that names two subnets WHEN the cloud is read THEN both are known, IPv4 first, and a missing one is named", async () => {
  tagBoth();
  cloud["getSubnet"] = {
    ...cloud["getSubnet"],
    four: cloud["getSubnet"]?.["b"] ?? "",
    six: cloud["getSubnet"]?.["a"] ?? "",
  };
  const named = (...names: string[]): object => ({ machineNetwork: { network: "net", subnet: names } });
  const { subnets, areNamed } = await read(named("six", "four"));
  expect([subnets.map(({ id }) => id), areNamed]).toEqual([["b", "a"], true]);
  expect(await diagnosticsOf(read(named("four", "sixx")))).toMatchObject([{ path: "machineNetwork.subnet[1]" }]);
});
