import { expect, test } from "@jest/globals";
import { nodeIps, parseLease } from "../../lab/metal/network/node-ip.ts";

const first = parseLease("10.0.0.101/24 10.0.0.1\n");
const second = parseLease("10.0.0.102/24 10.0.0.1");
const storage = parseLease("10.0.1.101/24 ");
const routed = parseLease("10.0.2.101/24 10.0.2.1 10.0.2.2");

const six = parseLease("fd00::101/64 fe80::1");
const otherSix = parseLease("fd00:1::101/64 ");

test.each([
  ["one card", [[first]], ["10.0.0.101"]],
  ["a card beside the API's", [[first], [storage]], ["10.0.0.101"]],
  ["the API's card, wherever it is", [[routed], [first]], ["10.0.0.101"]],
  ["two cards on the API's subnet: any of them", [[first], [second]], ["10.0.0.102"]],
  ["no card on the API's subnet: the first default route", [[storage], [routed]], ["10.0.2.101"]],
  ["no way at all", [[storage]], []],
  ["IPv6 on the API's subnet", [[otherSix], [six]], ["fd00::101"]],
  ["a card of both versions", [[otherSix], [first, otherSix]], ["10.0.0.101", "fd00:1::101"]],
  ["two cards of a version each", [[first], [otherSix]], ["10.0.0.101"]],
])("GIVEN %s WHEN the kubelet's addresses are chosen THEN they are those", (_, cards, expected) => {
  expect(nodeIps(cards, ["10.0.0.5", "fd00::5"])).toEqual(expected);
});
