import { rm } from "node:fs/promises";
import { engineDescription } from "./engine/environment.ts";
import { plan } from "./plan.ts";
import { Display } from "./runtime/display.ts";
import { known, stop } from "./runtime/processes.ts";
import { down, up } from "./runtime/step.ts";
import { ipVersionFile, machineCountFile } from "./settings.ts";

/** Brings the lab up, printing each step and its time. */
export async function labUp(display: Display): Promise<void> {
  const began = performance.now();
  await up(plan, display.status, display.timing);
  display.line(
    `lab up after ${((performance.now() - began) / 1000).toFixed(1)} s; engine: ${await engineDescription()}`,
  );
}

/** Undoes every step, then ends whatever process of the lab is still recorded. */
export async function labDown(display: Display): Promise<void> {
  const began = performance.now();
  try {
    await down(plan, display.status);
  } finally {
    await Promise.all((await known()).map(stop));
  }
  // the next lab has the default number of machines and IP version, unless another is said
  for (const file of [machineCountFile, ipVersionFile]) await rm(file, { force: true });
  display.line(`lab down after ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
