import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { repo } from "../../lab/settings.ts";
import type { Config } from "./project.ts";

/** States that earlier releases of the program wrote on a lab: test/stored-states/<commit>.json. */
const folder = path.join(repo, "test/stored-states");

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});
const stateSchema = z.looseObject({ deployment: z.looseObject({ resources: z.array(resource) }) });
const fileSchema = z.object({
  commit: z.string(),
  pools: z.array(z.record(z.string(), z.unknown())),
  state: stateSchema,
});

export type State = z.output<typeof stateSchema>;

/** A state as the program of a commit wrote it, with the pools of its config. */
export interface StoredState {
  readonly commit: string;
  readonly pools: Config[];
  readonly state: State;
}

export const parseState = (text: string): State => stateSchema.parse(JSON.parse(text));

/** All stored states, the oldest file name first. */
export async function storedStates(): Promise<StoredState[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).toSorted();
  return Promise.all(
    names.map(async (name) => fileSchema.parse(JSON.parse(await readFile(path.join(folder, name), "utf8")))),
  );
}

/** Properties whose values each lab makes anew; everything else of a stored state stays as it was written. */
const labValues = new Set([
  "id",
  ...["clusterUid", "networkId", "subnetId", "securityGroupIds", "flavorId", "imageId", "tenantId", "projectId"],
  ...["allFixedIps", "fixedIps", "accessIpV4", "ipAddress", "fixedIpV4", "mac", "macAddress", "region", "uuid"],
  ...["serverId", "serverCreated", "created", "updated", "nodeUid", "internalIp", "specHash"],
  // of the payload: it holds the cluster's certificate authority, and its object is named by its hash
  ...["content", "contentHash", "contentLength", "lastModified", "date", "transId", "etag", "name"],
]);

/** The engine's envelope of an encrypted value (pulumi/pulumi, sdk/go/common/resource/properties.go). */
const isSecret = (value: unknown): boolean => isObject(value) && "ciphertext" in value;

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Texts of the stored state, each with the lab's own in its place. */
function pairs(stored: unknown, now: unknown, key: string, found: Map<string, string>): void {
  if (isSecret(stored) && isSecret(now)) {
    found.set((stored as { ciphertext: string }).ciphertext, (now as { ciphertext: string }).ciphertext);
  } else if (Array.isArray(stored) && Array.isArray(now)) {
    stored.forEach((each, i) => pairs(each, now[i], key, found));
  } else if (isObject(stored) && isObject(now)) {
    for (const [name, value] of Object.entries(stored)) pairs(value, now[name], name, found);
  } else if (typeof stored === "string" && typeof now === "string" && stored !== now && labValues.has(key)) {
    if (stored !== "") found.set(stored, now);
  }
}

/**
 * A stored state as it would be if its release had attached the workers that this lab has now: ids, addresses, times and
 * secrets of this lab, and everything else as that release wrote it.
 */
export function onThisLab({ state }: StoredState, now: State): State {
  const found = new Map<string, string>();
  const present = new Map(now.deployment.resources.map((each) => [each.urn, each]));
  for (const each of state.deployment.resources) pairs(each, present.get(each.urn), "", found);
  // the longest first: an id may be a part of another text
  const replacements = [...found].toSorted(([one], [other]) => other.length - one.length);
  const quoted = (text: string): string => JSON.stringify(text).slice(1, -1);
  const text = replacements.reduce(
    (all, [before, after]) => all.replaceAll(quoted(before), quoted(after)),
    JSON.stringify(state),
  );
  return parseState(text);
}
