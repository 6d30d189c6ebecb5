import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

/**
 * What a client has in its state after it has made two workers on a lab, and what it then asks cloud and cluster for when
 * nothing has changed. Written by test/bench/previews/record.ts.
 */

/** In recorded texts instead of the address at which cloud and cluster are served. */
export const recordedOrigin = "https://recorded.invalid";

const exchange = z.object({
  method: z.string(),
  /** with the query, below the origin */
  path: z.string(),
  /** JSON; a login is recorded without */
  request: z.unknown().optional(),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  /** JSON, or a text that is not */
  body: z.unknown().optional(),
});

/** A request and its answer. */
export type Exchange = z.output<typeof exchange>;

const worker = z.object({
  name: z.string(),
  serverId: z.string(),
  portId: z.string(),
  address: z.string(),
  /** of the machine's card */
  mac: z.string(),
  /** of the port before it had a machine */
  portMac: z.string(),
  nodeUid: z.string().optional(),
});

/** The texts by which a worker differs from another one, wherever they are. */
export type Worker = z.output<typeof worker>;

const recording = z.object({
  workers: z.tuple([worker, worker]),
  /** what the client was told to make */
  config: z.record(z.string(), z.unknown()),
  /** what it keeps of it: a stack's export, or a terraform.tfstate */
  state: z.record(z.string(), z.unknown()),
  exchanges: z.array(exchange),
});

export type Recording = z.output<typeof recording>;

const fileOf = (name: string): string => path.join(import.meta.dirname, `recorded/${name}.json`);

export async function loadRecording(name: string): Promise<Recording> {
  return recording.parse(JSON.parse(await readFile(fileOf(name), "utf8")));
}

export async function saveRecording(name: string, made: Recording): Promise<void> {
  await writeFile(fileOf(name), `${JSON.stringify(made, undefined, 1)}\n`);
}
