import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Readable } from "node:stream";
import { readLines } from "../../../../components/kubernetes/ndjson.ts";

async function linesOf(body: Readable, read: string[] = []): Promise<string[]> {
  for await (const line of readLines(body)) read.push(line);
  return read;
}

describe("GIVEN a stream of lines", () => {
  test("WHEN it comes in pieces of any size THEN the lines are whole, also where a piece ends in a character", async () => {
    const lines = fc.array(fc.string({ unit: "binary" }).filter((line) => line !== "" && !line.includes("\n")));
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (written, size, ended) => {
        const bytes = Buffer.from(written.join("\n") + (ended && written.length > 0 ? "\n" : ""));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        const read = await linesOf(Readable.from(pieces, { objectMode: false }));
        // what is no text becomes a replacement character on its way
        expect(read).toEqual(written.map((line) => Buffer.from(line).toString()));
      }),
    );
  });

  test("WHEN it fails THEN the lines before that are read, and the error is thrown", async () => {
    const body = Readable.from(
      (async function* () {
        yield Buffer.from("one\ntw");
        await Promise.reject(new Error("reset"));
      })(),
      { objectMode: false },
    );
    const read: string[] = [];
    await expect(linesOf(body, read)).rejects.toThrow("reset");
    expect(read).toEqual(["one"]);
  });

  test("WHEN it is not read to its end THEN it is destroyed", async () => {
    const body = Readable.from([Buffer.from("one\ntwo\n")], { objectMode: false });
    for await (const line of readLines(body)) {
      expect(line).toBe("one");
      break;
    }
    expect(body.destroyed).toBe(true);
  });
});
