import { existsSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { z } from "zod";
import { userAgent } from "../../lab/cloud.ts";
import { requestLog } from "../../lab/runtime/processes.ts";
import { counted, type Requests } from "../report/statistics.ts";

/**
 * The clients of the cloud by their User-Agent: the provider, this program, Ansible's SDK, the bare requests. The services
 * ask each other under other names, and so does the cloud controller.
 */
const clients = new RegExp(`Terraform|undici|openstacksdk|${userAgent("lab")}$`);

/** Requests of clients in lines `<method> <path> <user agent>`. */
const ofClients = (lines: readonly string[], wanted = /^/): number =>
  lines.filter((line) => clients.test(line) && wanted.test(line)).length;

const Event = z.object({ kind: z.literal("Event") });

/** Each column's log, and what its new lines say. */
const logs: Readonly<Record<keyof Requests, { file: string; count: (lines: readonly string[]) => number }>> = {
  logins: { file: requestLog("keystone"), count: (lines) => ofClients(lines, /^POST \S*\/auth\/tokens/) },
  nova: { file: requestLog("nova-api"), count: (lines) => ofClients(lines) },
  neutron: { file: requestLog("neutron"), count: (lines) => ofClients(lines) },
  // test/lab/cluster/audit-policy.yaml has the program's account alone
  apiserver: {
    file: requestLog("kube-apiserver"),
    count: (lines) => lines.map((line) => Event.parse(JSON.parse(line))).length,
  },
};

const each = async (value: (column: keyof Requests) => Promise<number>): Promise<Requests> =>
  Object.fromEntries(await Promise.all(counted.map(async (column) => [column, await value(column)]))) as Requests;

const sizeOf = async (file: string): Promise<number> => (existsSync(file) ? (await stat(file)).size : 0);

/** The whole lines of a file from a position on. */
async function linesFrom(file: string, position: number): Promise<string[]> {
  if (!existsSync(file)) return [];
  const handle = await open(file);
  try {
    const length = (await handle.stat()).size - position;
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.toString().split("\n").slice(0, -1);
  } finally {
    await handle.close();
  }
}

/** Counts from now on, until what it returns is called. */
export async function countRequests(): Promise<() => Promise<Requests>> {
  const begin = await each((column) => sizeOf(logs[column].file));
  return () => each(async (column) => logs[column].count(await linesFrom(logs[column].file, begin[column])));
}
