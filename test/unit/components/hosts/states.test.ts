import { describe, expect, test } from "@jest/globals";
import {
  describeStates,
  hasFailed,
  prospectOf,
  resourceClassOf,
  stateText,
} from "../../../../components/hosts/states.ts";
import { type Host, placementClass } from "../../../../components/openstack/host.ts";
import { hostOf } from "../../../support/hosts.ts";

test.each([
  ["baremetal", "CUSTOM_BAREMETAL"],
  ["baremetal.r650-v2", "CUSTOM_BAREMETAL_R650_V2"],
  ["GPU -- large", "CUSTOM_GPU_LARGE"],
])("GIVEN Ironic's resource class %s THEN Placement's is %s", (name, expected) => {
  expect(placementClass(name)).toBe(expected);
});

test.each<[string, Record<string, string>, string | undefined]>([
  ["one machine", { "resources:CUSTOM_A": "1", "resources:VCPU": "0" }, "CUSTOM_A"],
  ["no machine", { "resources:VCPU": "4" }, undefined],
  ["two machines of a class", { "resources:CUSTOM_A": "2" }, undefined],
  ["machines of two classes", { "resources:CUSTOM_A": "1", "resources:CUSTOM_B": "1" }, undefined],
])("GIVEN a flavor that asks for %s THEN its class is known or not", (_, extraSpecs, expected) => {
  expect(resourceClassOf(extraSpecs)).toBe(expected);
});

test.each<[string, Partial<Host>, string, string]>([
  ["made available", {}, "available", "free"],
  ["made available, and Placement has it", { schedulable: true }, "available", "free"],
  [
    "made available, and Placement still reserves it",
    { schedulable: false },
    "cleaned, not yet known to Nova",
    "coming",
  ],
  ["made available for a server that is on it", { serverId: "s" }, "in use", "used"],
  ["cleaned", { state: "clean wait", schedulable: false }, "cleaning", "coming"],
  ["freed of its server", { state: "deleting", serverId: "s" }, "cleaning", "coming"],
  ["deployed", { state: "wait call-back", serverId: "s" }, "in use", "used"],
  ["not cleaned in the end", { state: "clean failed" }, "clean failed", "out"],
  ["in maintenance", { maintenance: true }, "in maintenance", "out"],
  ["in maintenance while it is in use", { maintenance: true, state: "active", serverId: "s" }, "in maintenance", "out"],
  ["not given to Nova", { state: "manageable" }, "manageable", "out"],
  ["free for Placement alone", { state: undefined, schedulable: true }, "available", "free"],
  ["reserved for Placement alone", { state: undefined, schedulable: false }, "reserved", "coming"],
  ["allocated for Placement alone", { state: undefined, schedulable: false, serverId: "s" }, "in use", "used"],
])("GIVEN a host that is %s THEN its state and what becomes of it are told", (_, change, text, prospect) => {
  const host = hostOf("h", change);
  expect([stateText(host), prospectOf(host)]).toEqual([text, prospect]);
});

test.each([
  ["clean failed", true],
  ["deploy failed", true],
  ["error", true],
  ["cleaning", false],
  ["available", false],
])("GIVEN a host in %s THEN whether it has failed is %s", (state, expected) => {
  expect(hasFailed(hostOf("h", { state }))).toBe(expected);
});

describe("GIVEN hosts WHEN they are counted by state", () => {
  test("THEN those that are available come first", () => {
    const states = ["cleaning", "available", "active", "clean wait", "available", "clean failed"];
    const hosts = states.map((state, i) => hostOf(`h${i}`, { state }));
    expect(describeStates(hosts)).toBe("2 available, 1 clean failed, 2 cleaning, 1 in use");
  });

  test("THEN it is said that none is", () => {
    expect(describeStates([hostOf("h", { state: "active" })])).toBe("0 available, 1 in use");
  });
});
