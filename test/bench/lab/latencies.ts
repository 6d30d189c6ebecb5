import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { latenciesFile } from "../../lab/settings.ts";

/** Seconds of the metal's own time. */
export interface MetalTime {
  /** from power on to the kubelet's start */
  readonly boot: number;
  /** of an image, until Nova says ACTIVE */
  readonly deploy: number;
  /** after a server is deleted, until its machine is available */
  readonly clean: number;
}

/** Nothing: the clients are compared, and machines take the same minutes whoever waits for them. */
export const noMetalTime: MetalTime = { boot: 0, deploy: 0, clean: 0 };

/** Sets the metal's own time until this process ends, however it ends short of SIGKILL. */
export function setMetalTime(time: MetalTime): void {
  const before = existsSync(latenciesFile) ? readFileSync(latenciesFile, "utf8") : undefined;
  process.once("exit", () => {
    if (before === undefined) rmSync(latenciesFile, { force: true });
    else writeFileSync(latenciesFile, before);
  });
  writeFileSync(latenciesFile, JSON.stringify(time));
}
