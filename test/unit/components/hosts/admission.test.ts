import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { hasFreeHost, type HostDemand, hostOfZone, isSettled } from "../../../../components/hosts/admission.ts";
import { hostOf } from "../../../support/hosts.ts";

const demandOf = (worker: string, change: Partial<HostDemand> = {}): HostDemand => ({
  worker,
  resourceClass: "CUSTOM_BAREMETAL",
  hostId: undefined,
  ...change,
});
const free = [hostOf("a"), hostOf("b")];
const busy = hostOf("c", { state: "cleaning" });
const pinnedTo = (hostId: string): HostDemand => demandOf("x", { hostId });

test.each<[string, HostDemand, readonly HostDemand[], boolean]>([
  ["two free hosts", demandOf("w"), [], true],
  ["one host left", demandOf("w"), [demandOf("x")], true],
  ["each taken by another", demandOf("w"), [demandOf("x"), demandOf("y")], false],
  [
    "others that want another class",
    demandOf("w"),
    [1, 2].map((i) => demandOf(`${i}`, { resourceClass: "CUSTOM_B" })),
    true,
  ],
  ["none of its class", demandOf("w", { resourceClass: "CUSTOM_B" }), [], false],
  ["one that it is pinned to", demandOf("w", { hostId: "a-id" }), [], true],
  ["one that it is pinned to and that is cleaned", demandOf("w", { hostId: "c-id" }), [], false],
  ["one that another is pinned to as well", demandOf("w", { hostId: "a-id" }), [pinnedTo("a-id")], false],
  ["one beside that of a pinned one", demandOf("w"), [pinnedTo("a-id")], true],
  ["none beside a pinned one and another", demandOf("w"), [pinnedTo("a-id"), demandOf("y")], false],
  ["one beside a pinned one whose host is not free", demandOf("w"), [pinnedTo("c-id")], true],
])("GIVEN %s WHEN a worker asks THEN it is admitted or not", (_, demand, admitted, expected) => {
  expect(hasFreeHost(demand, [...free, busy], admitted)).toBe(expected);
});

test("GIVEN any hosts WHEN any number of workers ask one after the other THEN no more are admitted than hosts are free", () => {
  const states = fc.constantFrom("available", "cleaning", "active", "clean failed");
  const pinned = fc.option(fc.nat(7));
  fc.assert(
    fc.property(fc.array(states, { maxLength: 8 }), fc.array(pinned, { maxLength: 12 }), (hosts, pins) => {
      const all = hosts.map((state, i) => hostOf(`h${i}`, { state }));
      const admitted: HostDemand[] = [];
      for (const [i, pin] of pins.entries()) {
        const demand = demandOf(`w${i}`, { hostId: pin === null ? undefined : `h${pin}-id` });
        if (hasFreeHost(demand, all, admitted)) admitted.push(demand);
      }
      expect(admitted.length).toBeLessThanOrEqual(hosts.filter((state) => state === "available").length);
      const taken = admitted.flatMap(({ hostId }) => hostId ?? []);
      expect(new Set(taken).size).toBe(taken.length);
    }),
  );
});

test.each([
  ["nova", undefined],
  ["nova:compute-0:0f6d", "0f6d"],
  [undefined, undefined],
])("GIVEN the availability zone %s THEN the host that it names is %s", (zone, expected) => {
  expect(hostOfZone(zone)).toBe(expected);
});

describe("GIVEN a worker that was admitted", () => {
  const admitted = { ...demandOf("w"), at: 0 };
  const building = [{ id: "s", status: "BUILD" }];

  test.each<[string, Parameters<typeof isSettled>[1], string | undefined, number, boolean]>([
    ["its server is not there yet", [], undefined, 5_000, false],
    ["its server was refused", [], undefined, 61_000, true],
    ["its server is scheduled", building, undefined, 600_000, false],
    ["its server is on a host", building, "s", 5_000, true],
    ["its server runs", [{ id: "s", status: "ACTIVE" }], undefined, 5_000, true],
    ["its server has failed", [{ id: "s", status: "ERROR" }], undefined, 5_000, true],
    ["its server is gone meanwhile", [{ id: "s", status: undefined }], undefined, 5_000, true],
  ])("WHEN %s THEN it is known or not whether the hosts show what it takes", (_, servers, serverId, now, expected) => {
    expect(isSettled(admitted, servers, [hostOf("h", { serverId })], now)).toBe(expected);
  });
});
