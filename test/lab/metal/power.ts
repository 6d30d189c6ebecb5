import type { Faults } from "./faults.ts";

/** What the BMC says of a machine's power. */
export type Power = "On" | "Off";

/**
 * off: no process lives. post: the firmware waits for the boot latency, or hangs. booting: from the DHCP request to the
 * start of the services. up: the services run. halted: switched on, with nothing to run.
 */
export type Phase = "off" | "post" | "booting" | "up" | "halted";

export interface Situation {
  readonly phase: Phase;
  readonly power: Power;
  readonly faults: Faults;
  /** seconds since the machine was switched on */
  readonly age: number;
  /** seconds that the firmware takes */
  readonly latency: number;
  /** whether the machine's processes live; false in phase up means that something outside has killed them */
  readonly alive: boolean;
}

export type Action = "switch on" | "boot" | "cut power" | "nothing";

/** What the chassis does next with a machine. */
export function decide({ phase, power, faults, age, latency, alive }: Situation): Action {
  const powered = power === "On" && faults.power !== "lost";
  if (!powered) return phase === "off" ? "nothing" : "cut power";
  if (phase === "off") return "switch on";
  if (phase === "post") return faults.boot !== "never" && age >= latency ? "boot" : "nothing";
  return alive ? "nothing" : "cut power";
}
