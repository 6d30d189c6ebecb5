import { stdout } from "node:process";
import type { Timing } from "./step.ts";

/** One status line on a terminal, a line per message elsewhere. */
export class Display {
  #current = "";

  readonly status = (text: string): void => {
    if (text === this.#current) return;
    this.#current = text;
    if (stdout.isTTY) stdout.write(`\r\x1b[2K· ${text.slice(0, stdout.columns - 3)}`);
    else console.log(`· ${text}`);
  };

  readonly line = (text: string): void => {
    if (stdout.isTTY) stdout.write("\r\x1b[2K");
    this.#current = "";
    console.log(text);
  };

  readonly timing = ({ name, seconds, done }: Timing): void => {
    this.line(`✓ ${name.padEnd(44)} ${done === "already" ? "already there" : `${seconds.toFixed(1)} s`}`);
  };
}
