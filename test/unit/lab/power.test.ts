import { describe, expect, test } from "@jest/globals";
import { type Action, decide, type Situation } from "../../lab/metal/power.ts";

const situation = (change: Partial<Situation>): Situation => ({
  phase: "off",
  power: "On",
  faults: {},
  age: 5,
  latency: 1,
  alive: true,
  ...change,
});

describe("what the chassis does with a machine", () => {
  const table: [string, Partial<Situation>, Action][] = [
    ["off stays off", { power: "Off" }, "nothing"],
    ["off, BMC says On", {}, "switch on"],
    ["in the firmware", { phase: "post", age: 0.5 }, "nothing"],
    ["past the firmware", { phase: "post" }, "boot"],
    ["past the firmware of a slow machine", { phase: "post", age: 5, latency: 600 }, "nothing"],
    ["hangs in the firmware", { phase: "post", faults: { boot: "never" } }, "nothing"],
    ["hangs in the firmware, BMC says Off", { phase: "post", power: "Off", faults: { boot: "never" } }, "cut power"],
    ["booting", { phase: "booting" }, "nothing"],
    ["booting, BMC says Off", { phase: "booting", power: "Off" }, "cut power"],
    ["up", { phase: "up" }, "nothing"],
    ["up, the fault of the next boot is set", { phase: "up", faults: { boot: "never" } }, "nothing"],
    ["up, BMC says Off", { phase: "up", power: "Off" }, "cut power"],
    ["up, its processes have been killed", { phase: "up", alive: false }, "cut power"],
    ["halted", { phase: "halted" }, "nothing"],
    ["halted, BMC says Off", { phase: "halted", power: "Off" }, "cut power"],
    ["up, power lost", { phase: "up", faults: { power: "lost" } }, "cut power"],
    ["off, power lost, BMC says On", { faults: { power: "lost" } }, "nothing"],
  ];
  test.each(table)("%s", (_, change, action) => {
    expect(decide(situation(change))).toBe(action);
  });
});
