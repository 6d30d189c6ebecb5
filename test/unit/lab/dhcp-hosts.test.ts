import { describe, expect, test } from "@jest/globals";
import { macsOf, type Port, renderLeases, voidsLease } from "../../lab/metal/network/hosts.ts";

const port = (mac: string, ...addresses: string[]): Port => ({
  mac_address: mac,
  fixed_ips: addresses.map((ip_address) => ({ ip_address })),
  extra_dhcp_opts: [],
});

describe("the DHCP server's hosts", () => {
  test("a line for each port, in an order that does not depend on Neutron's", () => {
    const a = port("52:54:00:77:00:11", "10.77.0.101");
    const b = port("52:54:00:77:00:10", "10.77.0.102");
    const hosts = "52:54:00:77:00:10,10.77.0.102\n52:54:00:77:00:11,10.77.0.101\n";
    expect(renderLeases([a, b], [4])).toEqual({ hosts, options: "" });
    expect(renderLeases([b, a], [4])).toEqual(renderLeases([a, b], [4]));
    expect(macsOf(hosts)).toEqual(new Set(["52:54:00:77:00:10", "52:54:00:77:00:11"]));
  });

  test("MACs in lower case; ports without an address of the version have no line", () => {
    const ports = [port("FA:16:3E:00:00:01", "fd00::1", "10.77.0.103"), port("fa:16:3e:00:00:02", "fd00::2")];
    expect(renderLeases(ports, [4]).hosts).toBe("fa:16:3e:00:00:01,10.77.0.103\n");
  });

  test("a port's own options go to it alone, by name or number, those of the other IP version to none", () => {
    const options = [
      { opt_name: "mtu", opt_value: "1450", ip_version: 4 },
      { opt_name: "42", opt_value: "10.0.0.4", ip_version: 4 },
      { opt_name: "ntp-server", opt_value: "fd00::4", ip_version: 6 },
    ];
    const a = { ...port("52:54:00:77:00:11", "10.77.0.101"), extra_dhcp_opts: options };
    expect(renderLeases([a, port("52:54:00:77:00:12", "10.77.0.102")], [4])).toEqual({
      hosts: "52:54:00:77:00:11,set:port-525400770011,10.77.0.101\n52:54:00:77:00:12,10.77.0.102\n",
      options: "tag:port-525400770011,42,10.0.0.4\ntag:port-525400770011,option:mtu,1450\n",
    });
  });

  test("of a lab of IPv6 in the words of DHCPv6", () => {
    const options = [
      { opt_name: "mtu", opt_value: "1450", ip_version: 4 },
      { opt_name: "ntp-server", opt_value: "[fd00::4]", ip_version: 6 },
      { opt_name: "56", opt_value: "[fd00::5]", ip_version: 6 },
    ];
    const a = { ...port("52:54:00:77:00:11", "10.77.0.101", "fd00:77::101"), extra_dhcp_opts: options };
    expect(renderLeases([a, port("52:54:00:77:00:12", "10.77.0.102")], [6])).toEqual({
      hosts: "52:54:00:77:00:11,set:port-525400770011,[fd00:77::101]\n",
      options: "tag:port-525400770011,option6:56,[fd00::5]\ntag:port-525400770011,option6:ntp-server,[fd00::4]\n",
    });
  });

  test("of a lab of both versions a line of each, with one tag", () => {
    const option = (opt_name: string, ip_version: number) => ({ opt_name, opt_value: "1", ip_version });
    const a = {
      ...port("52:54:00:77:00:11", "10.77.0.101", "fd00:77::101"),
      extra_dhcp_opts: [option("mtu", 4), option("56", 6)],
    };
    expect(renderLeases([port("52:54:00:77:00:12", "10.77.0.102"), a], [4, 6])).toEqual({
      hosts:
        "52:54:00:77:00:11,set:port-525400770011,10.77.0.101\n" +
        "52:54:00:77:00:11,set:port-525400770011,[fd00:77::101]\n" +
        "52:54:00:77:00:12,10.77.0.102\n",
      options: "tag:port-525400770011,option6:56,1\ntag:port-525400770011,option:mtu,1\n",
    });
  });

  test("none without ports", () => {
    expect(renderLeases([], [4])).toEqual({ hosts: "", options: "" });
    expect(macsOf("")).toEqual(new Set());
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
