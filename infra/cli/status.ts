import { clearScreenDown, cursorTo } from "node:readline";
import { parseArgs, styleText } from "node:util";
import { Observer } from "../discovery/observe.ts";
import { observations } from "../discovery/watch.ts";
import type { StatusDocument } from "../status/document.ts";
import { renderStatus } from "../status/render.ts";
import { exitBy } from "./exit-code.ts";
import { readStack, type Stack } from "./stack.ts";
import { statusDocumentOf } from "./status-document.ts";

/**
 * Shows the workers of a stack, and changes nothing: `npm run status -- --stack <stack> [--watch] [--json]`. Exit code 0: all
 * workers are healthy; 1: something needs attention or is under way; 2: something could not be read.
 */

const usage = "Usage: npm run status -- --stack <stack> [--watch] [--json]";

const screen = () => ({
  paint: (style: Parameters<typeof styleText>[0], text: string) => styleText(style, text),
  width: process.stdout.isTTY ? process.stdout.columns : undefined,
});

/** Shows a document of those that follow each other; where it is no terminal, only if it differs from the one before. */
function show(document: StatusDocument, json: boolean, before: string | undefined): string {
  const { at, ...rest } = document;
  const text = JSON.stringify(rest);
  if (json) {
    if (text !== before) console.log(JSON.stringify(document));
    return text;
  }
  if (process.stdout.isTTY) {
    cursorTo(process.stdout, 0, 0);
    clearScreenDown(process.stdout);
    console.log(`${document.stack}, ${at}\n`);
  } else if (text !== before && before !== undefined) console.log();
  if (process.stdout.isTTY || text !== before) console.log(renderStatus(document, screen()));
  return text;
}

async function watch(stack: Stack, observer: Observer, json: boolean): Promise<number> {
  const ended = new AbortController();
  process.once("SIGINT", () => ended.abort());
  let before: string | undefined;
  let exitCode = 2;
  for await (const seen of observations(observer, ended.signal)) {
    const document = statusDocumentOf(stack, seen);
    before = show(document, json, before);
    ({ exitCode } = document);
  }
  return exitCode;
}

async function once(stack: Stack, observer: Observer, json: boolean): Promise<number> {
  const [cluster, cloud] = await Promise.all([observer.readCluster(), observer.readCloud()]);
  const document = statusDocumentOf(stack, { cluster, cloud });
  console.log(json ? JSON.stringify(document, null, 2) : renderStatus(document, screen()));
  return document.exitCode;
}

async function main(): Promise<number> {
  const flag = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { stack: { type: "string" }, watch: flag, json: flag } });
  if (values.stack === undefined) throw new Error(`--stack is missing. ${usage}`);
  const stack = await readStack(values.stack);
  const observer = new Observer(stack.config);
  try {
    return await (values.watch ? watch : once)(stack, observer, values.json);
  } finally {
    await observer.close();
  }
}

await exitBy(main);
