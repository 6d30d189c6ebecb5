import { describe, expect, test } from "@jest/globals";
import { renderHosts, voidsLease } from "../../lab/metal/hosts.ts";

const port = (mac: string, ...addresses: string[]): Parameters<typeof renderHosts>[0][number] => ({
  mac_address: mac,
  fixed_ips: addresses.map((ip_address) => ({ ip_address })),
});

describe("the DHCP server's hosts", () => {
  test("a line for each port, in an order that does not depend on Neutron's", () => {
    const a = port("52:54:00:77:00:11", "10.77.0.101");
    const b = port("52:54:00:77:00:10", "10.77.0.102");
    expect(renderHosts([a, b])).toBe("52:54:00:77:00:10,10.77.0.102\n52:54:00:77:00:11,10.77.0.101\n");
    expect(renderHosts([b, a])).toBe(renderHosts([a, b]));
  });

  test("MACs in lower case; ports without an IPv4 address have no line", () => {
    expect(
      renderHosts([port("FA:16:3E:00:00:01", "fd00::1", "10.77.0.103"), port("fa:16:3e:00:00:02", "fd00::2")]),
    ).toBe("fa:16:3e:00:00:01,10.77.0.103\n");
  });
});

describe("a lease is void", () => {
  const one = "52:54:00:77:00:10,10.77.0.102\n";
  const two = "52:54:00:77:00:11,10.77.0.101\n";
  test.each([
    ["not when a port comes", "", one, false],
    ["not when another port comes", one, one + two, false],
    ["when the port goes", one + two, two, true],
    ["when the address goes to another MAC", one, "52:54:00:77:00:12,10.77.0.102\n", true],
  ])("%s", (_, before, after, expected) => {
    expect(voidsLease(before, after)).toBe(expected);
  });
});
