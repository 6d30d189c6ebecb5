import type { Port } from "../../../lab/cloud.ts";
import { cloud } from "./cloud.ts";

/** The project's servers: ids by names. */
export const serverIds = async (): Promise<Map<string, string>> =>
  new Map((await cloud.servers()).map(({ name, id }) => [name, id]));

export const serverNames = async (): Promise<string[]> => (await cloud.servers()).map(({ name }) => name).sort();

/** The id of the server of this name, if there is one. */
export const serverOf = async (name: string): Promise<string | undefined> => (await serverIds()).get(name);

/** The ports whose names begin so. */
export const portsNamed = async (start: string): Promise<Port[]> =>
  (await cloud.ports()).filter(({ name }) => name.startsWith(start));

export const addressesOf = (port: Port | undefined): string[] =>
  (port?.fixed_ips ?? []).map(({ ip_address }) => ip_address);
