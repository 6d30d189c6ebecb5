import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "../../support/authority.ts";
import { Answers } from "./answers.ts";
import { bodyOf, parsed } from "./bodies.ts";
import type { Exchange } from "./recording.ts";

/**
 * Cloud and cluster as they were recorded, over HTTPS: a process of its own, which is not measured with its clients. Its
 * parent gives it the file of the exchanges to serve, each time it shall serve others.
 */

/** From the parent. */
export interface Serve {
  /** file with the exchanges as JSON */
  readonly exchanges: string;
}

/** To the parent: where it listens, that it serves what it was told to, or what it was asked for and does not have. */
export type Message =
  | { readonly kind: "listening"; readonly origin: string; readonly ca: string }
  | { readonly kind: "serving" }
  | { readonly kind: "unknown"; readonly request: string };

const tell = (message: Message): void => {
  process.send?.(message);
};

let answers = new Answers([]);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "" } = request;
  const body = await bodyOf(request);
  // who logs in, and with what, is not a part of the recording
  const isLogin = url.endsWith("/auth/tokens");
  const asked = { method, path: url, ...(body !== "" && !isLogin && { request: parsed(body) }) };
  const found = answers.to(asked);
  if (!found) {
    tell({ kind: "unknown", request: `${method} ${url}` });
    console.error(`not recorded: ${method} ${url} ${body}`);
    response.writeHead(404).end();
    return;
  }
  if (found.open) {
    response.writeHead(found.status, found.headers).flushHeaders();
    return;
  }
  const text = typeof found.body === "string" ? found.body : (JSON.stringify(found.body) ?? "");
  response.writeHead(found.status, { ...found.headers, ...(isLogin && { "x-subject-token": "recorded" }) }).end(text);
}

const authority = await selfSigned();
const server = createServer(authority);
server.on("request", (request, response) => {
  answer(request, response).catch((error: unknown) => {
    tell({ kind: "unknown", request: `${request.method} ${request.url}: ${String(error)}` });
    response.destroy();
  });
});
process.on("message", ({ exchanges }: Serve) => {
  void readFile(exchanges, "utf8").then((text) => {
    answers = new Answers(JSON.parse(text) as Exchange[]);
    tell({ kind: "serving" });
  });
});
// the parent has ended
process.on("disconnect", () => process.exit(0));

await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = server.address() as AddressInfo;
tell({ kind: "listening", origin: `https://127.0.0.1:${port}`, ca: authority.cert });
