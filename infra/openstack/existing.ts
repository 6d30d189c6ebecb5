import { z } from "zod";
import type { ExistingObjects } from "../../components/twin.ts";
import { CloudClient } from "./client.ts";

/** Seconds within which the cloud must have answered. */
const bound = 30;

const found = z.object({ id: z.string(), name: z.string() });
const servers = z.object({ servers: z.array(found) });
const ports = z.object({ ports: z.array(found) });

/** What the cloud has by a name. Each look takes a token of its own: an `up` outlives the one that it began with. */
export function existingObjects(cloud: string): ExistingObjects {
  const ids = async <T extends z.ZodType>(
    type: string,
    path: string,
    schema: T,
    list: (answer: z.output<T>) => z.output<typeof found>[],
    name: string,
  ): Promise<string[]> => {
    const signal = AbortSignal.timeout(bound * 1000);
    const client = await CloudClient.login(cloud, signal);
    const answer = await client.get(type, path, schema, signal);
    return list(answer)
      .filter((it) => it.name === name)
      .map(({ id }) => id);
  };
  return {
    // Nova takes a regular expression and finds parts of names
    servers: (name) => ids("compute", `/servers?${query(name)}`, servers, (answer) => answer.servers, name),
    ports: (name) => ids("network", `/v2.0/ports?${query(name)}`, ports, (answer) => answer.ports, name),
  };
}

const query = (name: string): string => new URLSearchParams({ name }).toString();
