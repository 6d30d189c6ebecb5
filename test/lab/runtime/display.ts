import { stdout } from "node:process";
import type { Timing } from "./step.ts";

/** Milliseconds between two lines about the same step where there is no terminal: a log is read afterwards. */
const logInterval = 15_000;

/** One status line on a terminal, a line now and then elsewhere. */
export class Display {
  #step = "";
  #shown = 0;

  readonly status = (text: string): void => {
    if (stdout.isTTY) {
      stdout.write(`\r\x1b[2K· ${text.slice(0, stdout.columns - 3)}`);
      return;
    }
    const [step = ""] = text.split(": ");
    if (step === this.#step && performance.now() - this.#shown < logInterval) return;
    this.#step = step;
    this.#shown = performance.now();
    console.log(`· ${text}`);
  };

  readonly line = (text: string): void => {
    if (stdout.isTTY) stdout.write("\r\x1b[2K");
    console.log(text);
  };

  readonly timing = ({ name, seconds, done }: Timing): void => {
    this.line(`✓ ${name.padEnd(44)} ${done === "already" ? "already there" : `${seconds.toFixed(1)} s`}`);
  };
}
