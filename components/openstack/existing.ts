import { z } from "zod";
import { timeoutSignal } from "../lib/timer.ts";
import type { CloudClient } from "./client.ts";

/** Timeout of a read, in seconds. */
const timeout = 30;

const servers = z.object({
  servers: z.array(z.object({ id: z.string(), name: z.string(), metadata: z.record(z.string(), z.string()) })),
});
const ports = z.object({ ports: z.array(z.object({ id: z.string(), name: z.string() })) });

const status = z.object({ server: z.object({ status: z.string() }) });

const get = <T extends z.ZodType>(client: CloudClient, type: string, path: string, schema: T): Promise<z.output<T>> =>
  client.get(type, path, schema, timeoutSignal(timeout * 1000));

/** A server's status in Nova, e.g. `BUILD`. */
export const serverStatus = async (client: CloudClient, id: string): Promise<string> =>
  (await get(client, "compute", `/servers/${id}`, status)).server.status;

/** Looks up objects of the cloud by name. */
export function existingObjects(client: CloudClient): ExistingObjects {
  return {
    servers: async (name, owner) => {
      // Nova takes a regular expression and finds parts of names
      const answer = await get(client, "compute", `/servers/detail?${query(name)}`, servers);
      return answer.servers
        .filter((it) => it.name === name && (owner === undefined || it.metadata["owner"] === owner))
        .map(({ id }) => id);
    },
    ports: async (name) => {
      const answer = await get(client, "network", `/v2.0/ports?${query(name)}`, ports);
      return answer.ports.filter((it) => it.name === name).map(({ id }) => id);
    },
  };
}

const query = (name: string): string => new URLSearchParams({ name }).toString();

/** Ids of what the cloud has by exactly this name, whoever made it. */
export interface ExistingObjects {
  /** @param owner only those with this `owner` in their metadata */
  readonly servers: (name: string, owner?: string) => Promise<readonly string[]>;
  readonly ports: (name: string) => Promise<readonly string[]>;
}
