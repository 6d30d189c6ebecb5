import { readFile, writeFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import { files } from "../../../lab/settings.ts";
import type { ApplicationCredential } from "./account.ts";

interface Entry {
  auth: Record<string, string>;
  [key: string]: unknown;
}

/** Writes a clouds.yaml whose entry `lab` is changed, and gives the environment that names it. */
export async function writeClouds(file: string, change: (entry: Entry) => void): Promise<Record<string, string>> {
  const { clouds } = parse(await readFile(files.cloudsYaml, "utf8")) as { clouds: { lab: Entry } };
  change(clouds.lab);
  await writeFile(file, stringify({ clouds: { lab: clouds.lab } }), { mode: 0o600 });
  return { OS_CLIENT_CONFIG_FILE: file };
}

/** The change that makes the entry use an application credential. */
export const withCredential =
  ({ id, secret }: ApplicationCredential) =>
  (entry: Entry): void => {
    entry["auth_type"] = "v3applicationcredential";
    entry.auth = {
      auth_url: entry.auth["auth_url"] ?? "",
      application_credential_id: id,
      application_credential_secret: secret,
    };
  };
