import type { Simulation } from "../run/simulation.ts";

/**
 * Somebody else who acts on the world. It looks at it through `simulation.world`, whose changes it is told of at once
 * (`onChange`), and acts by `simulation.step` or `later`: when, is the scheduler's choice.
 */
export interface Actor {
  /** as whom it writes: its field manager, and its name in a trace */
  readonly name: string;
  start(simulation: Simulation): void;
}
