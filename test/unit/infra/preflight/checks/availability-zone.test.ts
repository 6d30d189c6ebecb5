import { describe, expect, test } from "@jest/globals";
import { zonesSchema } from "../../../../../infra/discovery/cloud/inventory.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
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

describe("GIVEN a pool that is spread over zones, one of which does not exist", () => {
  const config = configOf({ replicas: 2, availabilityZones: ["nova", "rakc1"] });
  const found = (checks: Partial<PreflightFacts["checks"]>): string[] =>
    diagnosticsOf(config, factsOf({ checks: { availabilityZones: zones, ...checks } }))
      .filter(({ check }) => check === "availability-zone")
      .map(({ path, remedy, warning }) => `${path}: ${remedy}${warning ? " (warning)" : ""}`);
  const servers = ["0", "1"].map((i) => existingServer(i, `lab-7x2kq-metal-${i}`, owner));

  test("WHEN a server is to be created in it THEN it is an error at its entry", () => {
    expect(found({})).toEqual(["pools[metal].availabilityZones[1]: write rack1 instead"]);
  });

  test("WHEN none is THEN it is a warning", () => {
    const running = servers.map((server) => ({ ...server, actual: { zone: "nova" } }));
    expect(found({ servers: answer(running) })).toEqual([
      "pools[metal].availabilityZones[1]: write rack1 instead (warning)",
    ]);
  });

  test("WHEN the servers cannot be read THEN nothing is placed", () => {
    expect(found({ servers: { error: "HTTP 503", code: 503 } })).toEqual([
      "pools[metal].availabilityZones: repeat the command in a few minutes",
    ]);
  });
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
