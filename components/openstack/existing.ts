import { z } from "zod";
import { timeoutSignal } from "../lib/timer.ts";
import type { CloudClient } from "./client.ts";
import { faultOf, statusOf } from "./named.ts";

/** Timeout of a read, in seconds. */
const timeout = 30;

const named = z.array(z.object({ id: z.string(), name: z.string() }));
const servers = z.object({ servers: named });
const ports = z.object({ ports: named });
const built = z.object({
  servers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      status: z.string(),
      fault: z.object({ message: z.string() }).optional(),
    }),
  ),
});

/** Looks up objects of the cloud by name. */
export function existingObjects(client: CloudClient): ExistingObjects {
  const signal = (): AbortSignal => timeoutSignal(timeout * 1000);
  return {
    servers: async (name) => {
      // Nova takes a regular expression and finds parts of names
      const answer = await client.get("compute", `/servers/detail?${query(name)}`, servers, signal());
      return answer.servers.filter((it) => it.name === name).map(({ id }) => id);
    },
    ports: async (name) => {
      const answer = await client.get("network", `/v2.0/ports?${query(name)}`, ports, signal());
      return answer.ports.filter((it) => it.name === name).map(({ id }) => id);
    },
    failedServers: async (name) => {
      const answer = await client.get("compute", `/servers/detail?${query(name)}`, built, signal());
      const failed = answer.servers.filter((it) => it.name === name && it.status === "ERROR");
      return Promise.all(
        failed.map(async ({ id, fault }) => ({ id, fault: fault?.message ?? (await faultOf(client, id, signal())) })),
      );
    },
    serverStatus: (id) => statusOf(client, id, signal()),
  };
}

const query = (name: string): string => new URLSearchParams({ name }).toString();

/** A server in ERROR. */
export interface FailedServer {
  readonly id: string;
  /** why, in Nova's words; undefined: it says nothing */
  readonly fault: string | undefined;
}

/** Ids of what the cloud has by exactly this name, whoever made it. */
export interface ExistingObjects {
  readonly servers: (name: string) => Promise<readonly string[]>;
  readonly ports: (name: string) => Promise<readonly string[]>;
  readonly failedServers: (name: string) => Promise<readonly FailedServer[]>;
  /** the status of a server in Nova, by its id, e.g. `BUILD`; undefined: it is gone */
  readonly serverStatus: (id: string) => Promise<string | undefined>;
}
