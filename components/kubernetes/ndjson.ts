import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** The lines of a stream until it ends; throws what the stream fails with. */
export async function* readLines(body: Readable): AsyncGenerator<string> {
  const lines = createInterface({ input: body, crlfDelay: Infinity });
  // readline does not pass on an error of its input
  const failed = new Promise<never>((_, reject) => body.once("error", reject));
  failed.catch(() => undefined);
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), failed]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    lines.close();
    body.destroy();
  }
}
