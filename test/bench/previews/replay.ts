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
 * parent says what it is to serve.
 */

/** From the parent: serve the exchanges in this file from now on, or report what you were asked for and do not have. */
export type Order = { readonly kind: "serve"; readonly file: string } | { readonly kind: "report" };

/** To the parent. */
export type Message =
  | { readonly kind: "listening"; readonly origin: string; readonly ca: string }
  | { readonly kind: "serving" }
  /** method and path of each request since the last report */
  | { readonly kind: "report"; readonly unknown: readonly string[] };

const tell = (message: Message): void => {
  process.send?.(message);
};

let answers = new Answers([]);
let unknown: string[] = [];

function textOf(body: unknown): string {
  if (body === undefined) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "" } = request;
  const body = await bodyOf(request);
  // who logs in, and with what, is not a part of the recording
  const isLogin = url.endsWith("/auth/tokens");
  const asked = { method, path: url, ...(body !== "" && !isLogin && { request: parsed(body) }) };
  const found = answers.to(asked);
  if (!found) {
    unknown.push(`${method} ${url}`);
    console.error(`not recorded: ${method} ${url} ${body}`);
    response.writeHead(404).end();
    return;
  }
  if (found.open) {
    response.writeHead(found.status, found.headers).flushHeaders();
    return;
  }
  response
    .writeHead(found.status, { ...found.headers, ...(isLogin && { "x-subject-token": "recorded" }) })
    .end(textOf(found.body));
}

const authority = await selfSigned();
const server = createServer(authority);
server.on("request", (request, response) => {
  answer(request, response).catch((error: unknown) => {
    unknown.push(`${request.method} ${request.url}: ${String(error)}`);
    response.destroy();
  });
});
async function obey(order: Order): Promise<void> {
  if (order.kind === "serve") {
    answers = new Answers(JSON.parse(await readFile(order.file, "utf8")) as Exchange[]);
    tell({ kind: "serving" });
    return;
  }
  tell({ kind: "report", unknown });
  unknown = [];
}

// a rejection ends the process, which its parent notices
process.on("message", (order: Order) => void obey(order));
// the parent has ended
process.on("disconnect", () => process.exit(0));

await once(server.listen(0, "127.0.0.1"), "listening");
const { port } = server.address() as AddressInfo;
tell({ kind: "listening", origin: `https://127.0.0.1:${port}`, ca: authority.cert });
