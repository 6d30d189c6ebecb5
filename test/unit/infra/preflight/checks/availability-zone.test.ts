import { expect, test } from "@jest/globals";
import { zonesSchema } from "../../../../../infra/discovery/cloud/inventory.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingServer,
  factsOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const inZone = (availabilityZone: string) =>
  configOf({ replicas: undefined, workers: [{ name: "0", availabilityZone }] });
const zones = answer(["nova", "rack1"]);
const worker = "lab-7x2kq-metal-0";

test("GIVEN a mistyped availability zone WHEN a server is to be created in it THEN the nearest one is named", () => {
  expect(diagnosticsOf(inZone("rakc1"), factsOf({ checks: { availabilityZones: zones } }))).toEqual([
    {
      check: "availability-zone",
      path: 'pools[metal].workers["0"].availabilityZone',
      problem: 'no available availability zone named "rakc1"',
      expected: "one of nova, rack1",
      remedy: "write rack1 instead",
    },
  ]);
});

test("GIVEN a server in a zone that is gone WHEN nothing is edited THEN it stays", () => {
  const server = existingServer("0", worker, owner);
  const there = { ...server, made: { ...server.made, availabilityZone: "old" } };
  const facts = factsOf({ checks: { availabilityZones: zones, servers: answer([there]) } });
  expect(diagnosticsOf(inZone("old"), facts).map(({ check }) => check)).not.toContain("availability-zone");
});

test("GIVEN a zone beside a machine WHEN it is judged THEN Nova does not look at it", () => {
  const facts = factsOf({ roles: ["admin"], checks: { availabilityZones: zones } });
  expect(diagnosticsOf(inZone("other:host:node"), facts)).toEqual([]);
});

test("GIVEN zones that cannot be read WHEN they are needed THEN a warning says so", () => {
  const facts = factsOf({ checks: { availabilityZones: { error: "HTTP 403", code: 403 } } });
  expect(diagnosticsOf(inZone("rack1"), facts)).toMatchObject([{ check: "availability-zone", warning: true }]);
});

test("GIVEN Nova's zones WHEN they are read THEN those count that are available", () => {
  const zone = (zoneName: string, available: boolean): object => ({ zoneName, zoneState: { available }, hosts: null });
  const availabilityZoneInfo = [zone("nova", true), zone("rack1", false)];
  expect(zonesSchema.parse({ availabilityZoneInfo })).toEqual(["nova"]);
});
