import { expect, test } from "@jest/globals";
import { nodeIp, parseLease } from "../../lab/metal/network/node-ip.ts";

const first = parseLease("10.0.0.101/24 10.0.0.1\n");
const second = parseLease("10.0.0.102/24 10.0.0.1");
const storage = parseLease("10.0.1.101/24 ");
const routed = parseLease("10.0.2.101/24 10.0.2.1 10.0.2.2");

test.each([
  ["one card", [first], "10.0.0.101"],
  ["a card beside the API's", [first, storage], "10.0.0.101"],
  ["the API's card, wherever it is", [routed, first], "10.0.0.101"],
  ["two cards on the API's subnet: any of them", [first, second], "10.0.0.102"],
  ["no card on the API's subnet: the first default route", [storage, routed], "10.0.2.101"],
  ["no way at all", [storage], undefined],
  ["IPv6 on the API's subnet", [parseLease("fd00:1::101/64 "), parseLease("fd00::101/64 fe80::1")], "fd00::101"],
])("GIVEN %s WHEN the kubelet's address is chosen THEN it is that one", (_, leases, expected) => {
  expect(nodeIp(leases, ["10.0.0.5", "fd00::5"])).toBe(expected);
});
