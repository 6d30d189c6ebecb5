import { z } from "zod";

/** Why workers are changed in place, by their names. */
export type InPlace = ReadonlyMap<string, readonly string[]>;

/** The part of what `pulumi preview --json` prints that is read (pulumi/pulumi, pkg/display/json.go, PreviewDigest). */
const digestSchema = z.object({ diagnostics: z.array(z.object({ message: z.string() })).default([]) });

/** The line of components/node/resources/describe-update.ts, and of components/ports/in-place.ts. */
const line = /^(\S+): in place \((.*)\)$/;

/** The changes in place that a preview tells of, by what `pulumi preview --json` prints. */
export function parseInPlace(printed: string): InPlace {
  const found = digestSchema
    .parse(JSON.parse(printed))
    .diagnostics.flatMap(({ message }) => message.split("\n"))
    .flatMap((text) => {
      const [, worker, reason] = line.exec(text.trim()) ?? [];
      return worker === undefined || reason === undefined ? [] : [{ worker, reason }];
    });
  const byWorker = Map.groupBy(found, ({ worker }) => worker);
  return new Map([...byWorker].map(([worker, each]) => [worker, each.map(({ reason }) => reason)]));
}
