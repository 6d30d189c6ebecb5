import type { Readable } from "node:stream";

/** The lines of a stream until it ends, the last one with or without its end; throws what the stream fails with. */
export async function* readLines(body: Readable): AsyncGenerator<string> {
  body.setEncoding("utf8");
  let rest = "";
  // a stream that is not read to its end is destroyed
  for await (const chunk of body as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
