import { createHash } from "node:crypto";

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

/** What a secret is replaced by. */
export const zeros = (text: string): string => "0".repeat(text.length);

/** JSON in a string of JSON has its quotes escaped, as often as it is deep. */
const quote = String.raw`\\*"`;

/** The key that signs the URLs of a container, and such a signature: all of what is secret in a state or a config. */
const secrets = [new RegExp(`Temp-URL-Key${quote}:\\s*${quote}([0-9a-f]{64})`, "g"), /temp_url_sig=([0-9a-f]+)/g];

/** Folders of the machine in the engine's stack traces: those of the checkout and of the packages stay without. */
const folders = /project:\/\/\/[^"#]*?\/(infra|components|node_modules)\//g;

/** A recorded text without secrets of the lab and folders of the machine. What replaces them is as long. */
export function stripped(text: string): string {
  const found = secrets.flatMap((pattern) => [...text.matchAll(pattern)].map(([, secret = ""]) => secret));
  return [...new Set(found)]
    .reduce((all, secret) => all.replaceAll(secret, zeros(secret)), text)
    .replaceAll(folders, "project:///$1/");
}

/**
 * The same of a value.
 * @param hashed texts of it of which it has the SHA-1 too, as the provider keeps user data
 */
export function strip<T>(value: T, hashed: readonly string[] = []): T {
  const text = hashed.reduce((all, each) => all.replaceAll(sha1(each), sha1(stripped(each))), JSON.stringify(value));
  return JSON.parse(stripped(text)) as T;
}
