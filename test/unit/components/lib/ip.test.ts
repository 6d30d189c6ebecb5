import { BlockList, isIPv6 } from "node:net";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  addressCount,
  broadcastAddress,
  canonicalCidr,
  canonicalIp,
  contains,
  inRange,
  ipVersionOf,
  isSubnetOf,
  networkAddress,
  sameAddress,
  sameNetwork,
} from "../../../../components/lib/ip.ts";

test.each([
  ["10.0.0.0/24", "10.0.0.9", true],
  ["10.0.0.7/24", "10.0.0.9", true],
  ["10.0.0.0/24", "10.0.1.9", false],
  ["10.0.0.9/32", "10.0.0.9", true],
  ["0.0.0.0/0", "203.0.113.1", true],
  ["fd00::/64", "fd00::1", true],
  ["fd00::/64", "fd00:0:0:1::1", false],
  ["fe80::/10", "fe80::1%eth0", true],
  // another family
  ["10.0.0.0/24", "fd00::1", false],
  ["::/0", "10.0.0.9", false],
  // IPv4-mapped: the IPv4 address, as to Go
  ["10.0.0.0/24", "::ffff:10.0.0.9", true],
  ["10.0.0.0/24", "::ffff:a00:109", false],
  ["::ffff:10.0.0.0/120", "10.0.0.9", true],
  ["::/0", "::ffff:10.0.0.9", false],
  // no address, no network
  ["10.0.0.0/24", "worker-0", false],
  ["10.0.0.0/24", "10.9", false],
  ["10.0.0.0/24", "0x0a000009", false],
  ["10.0.0.0/33", "10.0.0.9", false],
  ["10.0.0.0", "10.0.0.0", false],
  ["example.test/24", "10.0.0.9", false],
])("GIVEN the network %s WHEN %s is looked up THEN contains says %s", (cidr, address, expected) => {
  expect(contains(cidr, address)).toBe(expected);
});

test.each([
  ["10.0.4.0/24", "10.0.0.0/16", true],
  ["10.0.0.0/16", "10.0.0.0/16", true],
  ["10.0.0.0/16", "10.0.4.0/24", false],
  ["10.1.0.0/24", "10.0.0.0/16", false],
  ["fd00:0:0:1::/64", "fd00::/48", true],
  ["fd00::/48", "fd00:0:0:1::/64", false],
  ["fd00::/64", "10.0.0.0/16", false],
  ["10.0.0.0/24", "::/0", false],
])("GIVEN the subnet %s WHEN it is compared with %s THEN isSubnetOf says %s", (inner, outer, expected) => {
  expect(isSubnetOf(inner, outer)).toBe(expected);
});

test.each([
  ["10.0.0.0/16", "10.0.9.9/16", true],
  ["10.0.0.0/16", "10.0.0.0/17", false],
  ["fd00::/64", "FD00:0::1/64", true],
  ["::ffff:10.0.0.0/112", "10.0.0.0/16", true],
])("GIVEN the networks %s and %s WHEN they are compared THEN sameNetwork says %s", (one, other, expected) => {
  expect(sameNetwork(one, other)).toBe(expected);
});

test.each([
  ["10.0.0.5", "10.0.0.5"],
  ["FD00:0:0::00A", "fd00::a"],
  ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["::ffff:10.0.0.5", "10.0.0.5"],
  ["FE80::1%eth0", "fe80::1%eth0"],
  ["fe80::1%en-0", "fe80::1%en-0"],
  ["worker-0", "worker-0"],
  ["", ""],
])("GIVEN the text %j WHEN it is made canonical THEN it is %j", (text, expected) => {
  expect(canonicalIp(text)).toBe(expected);
});

test("GIVEN two spellings of an address WHEN they are compared THEN they are the same, two addresses are not", () => {
  expect(sameAddress("fd00::1", "FD00:0:0:0::1")).toBe(true);
  expect(sameAddress("::ffff:10.0.0.5", "10.0.0.5")).toBe(true);
  expect(sameAddress("fd00::1", "fd00::2")).toBe(false);
});

test.each([
  ["10.0.0.9/24", "10.0.0.0", "10.0.0.255"],
  ["10.0.0.9/20", "10.0.0.0", "10.0.15.255"],
  ["192.168.255.1/16", "192.168.0.0", "192.168.255.255"],
  ["10.0.0.4/30", "10.0.0.4", "10.0.0.7"],
  ["10.0.0.4/31", "10.0.0.4", undefined],
  ["10.0.0.4/32", "10.0.0.4", undefined],
  ["::ffff:10.0.0.9/120", "10.0.0.0", "10.0.0.255"],
  ["fd00::9/64", "fd00::", undefined],
  ["worker-0", undefined, undefined],
])("GIVEN the network %s WHEN its ends are asked for THEN they are %s and %s", (cidr, first, last) => {
  expect(networkAddress(cidr)).toBe(first);
  expect(broadcastAddress(cidr)).toBe(last);
});

test.each([
  ["10.0.0.10", "10.0.0.10", 1n],
  ["10.0.0.0", "10.0.1.255", 512n],
  ["fd00::10", "fd00::1f", 16n],
  ["fd00::", "fd00::ffff:ffff:ffff:ffff", 2n ** 64n],
])("GIVEN the range %s to %s WHEN its addresses are counted THEN there are %s", (start, end, expected) => {
  expect(addressCount(start, end)).toBe(expected);
});

test.each([
  ["10.0.0.10", "10.0.1.20", "10.0.0.10", true],
  ["10.0.0.10", "10.0.1.20", "10.0.1.20", true],
  ["10.0.0.10", "10.0.1.20", "10.0.1.21", false],
  ["10.0.0.10", "10.0.1.20", "::ffff:10.0.1.1", true],
  ["10.0.0.10", "10.0.1.20", "fd00::1", false],
  ["fd00::10", "fd00::1f", "fd00::1a", true],
  ["fd00::10", "fd00::1f", "fd00::20", false],
  ["10.0.0.10", "10.0.1.20", "worker-0", false],
])("GIVEN the range %s to %s WHEN %s is looked up THEN inRange says %s", (start, end, address, expected) => {
  expect(inRange(start, end, address)).toBe(expected);
});

const family = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");
const prefixes = { ipv4: 32, ipv6: 128 } as const;
const hex = (part: number) => part.toString(16);

/** BlockList also finds IPv4 addresses in IPv6 networks, by their mapped form: only answers of one family are comparable. */
const listed = (list: BlockList, base: string, other: string) =>
  family(base) === family(other) && list.check(other, family(other));

/** Addresses that share many bits, so that networks do contain some of them. */
const ipv4 = fc.tuple(fc.constantFrom(10, 192), fc.nat(3), fc.nat(255), fc.nat(255)).map((octets) => octets.join("."));
const ipv6 = fc
  .tuple(fc.constantFrom(0xfd00, 0x2001), fc.array(fc.constantFrom(0, 1, 0xffff), { minLength: 7, maxLength: 7 }))
  .map(([first, others]) => [first, ...others].map(hex).join(":"));
const address = fc.oneof(ipv4, ipv6);
const network = address.chain((base) => fc.record({ base: fc.constant(base), prefix: fc.nat(prefixes[family(base)]) }));

test("GIVEN any network and address WHEN one is looked up in the other THEN contains agrees with Node.js", () => {
  fc.assert(
    fc.property(network, address, ({ base, prefix }, other) => {
      const list = new BlockList();
      list.addSubnet(base, prefix, family(base));
      expect(contains(`${base}/${prefix}`, other)).toBe(listed(list, base, other));
    }),
  );
});

test("GIVEN any range and address WHEN one is looked up in the other THEN inRange agrees with Node.js", () => {
  const ends = fc.oneof(fc.tuple(ipv4, ipv4), fc.tuple(ipv6, ipv6));
  fc.assert(
    fc.property(ends, address, ([one, two], other) => {
      const [start, end] = addressCount(one, two) > 0n ? [one, two] : [two, one];
      const list = new BlockList();
      list.addRange(start, end, family(start));
      expect(inRange(start, end, other)).toBe(listed(list, start, other));
    }),
  );
});

test("GIVEN any IPv6 address WHEN it is made canonical THEN it is as the host of a URL has it", () => {
  fc.assert(
    fc.property(ipv6, (text) => {
      expect(canonicalIp(text.toUpperCase())).toBe(new URL(`http://[${text}]/`).hostname.slice(1, -1));
    }),
  );
});

test("GIVEN any network WHEN its ends are asked for THEN they are its own and everything between them is, too", () => {
  fc.assert(
    fc.property(network, address, ({ base, prefix }, other) => {
      const cidr = `${base}/${prefix}`;
      const first = networkAddress(cidr) ?? "";
      const last = broadcastAddress(cidr) ?? first;
      expect(contains(cidr, first) && contains(cidr, last)).toBe(true);
      expect(!inRange(first, last, other) || contains(cidr, other)).toBe(true);
    }),
  );
});

test.each<[string, 4 | 6, string]>([
  ["10.0.0.5", 4, "10.0.0.5"],
  ["10.0.0.0/24", 4, "10.0.0.0/24"],
  ["FD00:0::5", 6, "fd00::5"],
  ["FD00:0::/64", 6, "fd00::/64"],
  // IPv4-mapped: the IPv4 address, as to Go
  ["::ffff:10.0.0.5", 4, "10.0.0.5"],
  ["::ffff:10.0.0.0/120", 4, "10.0.0.0/24"],
])(
  "GIVEN %s WHEN its family and its one spelling are asked for THEN they are IPv%i and %s",
  (text, version, canonical) => {
    expect(ipVersionOf(text)).toBe(version);
    expect(canonicalCidr(text)).toBe(canonical);
  },
);
