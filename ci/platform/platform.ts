import { z } from "zod";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a pipeline runs: its pull or merge request, and its issues. */
export interface Platform {
  /** Writes a comment on the pull request, in the place of that with the same first line. */
  comment(text: string): Promise<void>;
  /** How many people have approved the commit that the pipeline looks at. */
  approvals(): Promise<number>;
  /** Opens an issue, or rewrites the open one of that title; undefined: closes it, if there is one. */
  issue(title: string, text: string | undefined): Promise<void>;
}

export class PlatformError extends Error {}

/** Requests to a platform's API. */
export interface Client {
  request<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T>;
  /** all pages of a list */
  list<T>(path: string, schema: z.ZodType<T>): Promise<T[]>;
}

/** The largest page of both platforms, and how many are read at most. */
const perPage = 100;
const mostPages = 50;

/** Seconds for one request. */
const timeout = 30;

/** @param base of the API, without a slash at its end */
export function clientOf(base: string, headers: Readonly<Record<string, string>>): Client {
  async function request<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: { "content-type": "application/json", ...headers },
      signal: AbortSignal.timeout(timeout * 1000),
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new PlatformError(`${method} ${base}${path}: HTTP ${answer.status}: ${text.slice(0, 500)}`);
    return schema.parse(text === "" ? {} : JSON.parse(text));
  }

  async function list<T>(path: string, schema: z.ZodType<T>): Promise<T[]> {
    const found: T[] = [];
    for (let page = 1; page <= mostPages; page++) {
      const query = `${path.includes("?") ? "&" : "?"}per_page=${perPage}&page=${page}`;
      const part = await request("GET", `${path}${query}`, z.array(schema));
      found.push(...part);
      if (part.length < perPage) return found;
    }
    throw new PlatformError(`GET ${base}${path}: more than ${perPage * mostPages} entries`);
  }

  return { request, list };
}

/** The value of a variable that a step has to set. */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new PlatformError(`the environment variable ${name} is not set`);
  return value;
}

export const firstLine = (text: string): string => text.split("\n", 1)[0] ?? "";
