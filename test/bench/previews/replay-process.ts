import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Exchange } from "./recording.ts";
import type { Message, Order } from "./replay.ts";
import type { Site } from "./world.ts";

const program = path.join(import.meta.dirname, "replay.ts");

/** The server of recorded answers. */
export class Replay {
  readonly site: Site;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, site: Site) {
    this.#process = process;
    this.site = site;
  }

  static async start(): Promise<Replay> {
    const process = fork(program, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const { origin, ca } = await reply(process, "listening");
    return new Replay(process, { origin, ca });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** @param file where the exchanges are put for the server to read */
  async serve(exchanges: readonly Exchange[], file: string): Promise<void> {
    await writeFile(file, JSON.stringify(exchanges));
    await this.#order({ kind: "serve", file }, "serving");
  }

  /** Throws if the server has been asked for something that is not recorded. */
  async mustKnowAll(): Promise<void> {
    const { unknown } = await this.#order({ kind: "report" }, "report");
    if (unknown.length > 0) throw new Error(`not recorded, see test/bench/previews/record.ts:\n${unknown.join("\n")}`);
  }

  #order<K extends Message["kind"]>(order: Order, answer: K): Promise<Reply<K>> {
    const answered = reply(this.#process, answer);
    this.#process.send(order);
    return answered;
  }

  stop(): void {
    this.#process.kill();
  }
}

type Reply<K extends Message["kind"]> = Extract<Message, { readonly kind: K }>;

/** The next message of a kind; rejects if the server ends. */
async function reply<K extends Message["kind"]>(process: ChildProcess, kind: K): Promise<Reply<K>> {
  const ended = new AbortController();
  const end = once(process, "exit", { signal: ended.signal }).then(() => {
    throw new Error("the replay server has ended: its reason is above");
  });
  try {
    for (;;) {
      const [message] = (await Promise.race([once(process, "message", { signal: ended.signal }), end])) as [Message];
      if (message.kind === kind) return message as Reply<K>;
    }
  } finally {
    // the wait for its end is aborted, which rejects
    end.catch(() => undefined);
    ended.abort();
  }
}
