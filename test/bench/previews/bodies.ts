import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

export const bodyOf = (request: IncomingMessage): Promise<string> => text(request);

/** JSON, or the text if it is none. */
export function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
