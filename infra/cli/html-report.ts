import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Result } from "../discovery/attempt.ts";
import { Observer, orReason } from "../discovery/observe.ts";
import { modelOf, type ReportSources } from "../report/build.ts";
import { parseEventLog } from "../report/event-log.ts";
import { type RecordedAttach, recordedAttachesOf } from "../report/recorded-attach.ts";
import { renderPage } from "../report/page.ts";
import { exitBy } from "./exit-code.ts";
import { programReport, pulumi } from "./pulumi.ts";
import { checkRows, type Report, reportVariable } from "./report.ts";
import { readStack, type Stack } from "./stack.ts";
import { statusDocumentOf } from "./status-document.ts";

/**
 * Writes what is known of a stack, and of its last update, as one HTML page, and changes nothing: `npm run report -- --stack
 * <stack> [--event-log <file>] [--out <file>]`. Exit code 0: it is written; 2: it is not.
 */

const usage = "Usage: npm run report -- --stack <stack> [--event-log <file>] [--out <file>]";

/** The phase times of the workers' last joins. */
const readAttached = async (stack: string): Promise<readonly RecordedAttach[]> =>
  recordedAttachesOf(JSON.parse(await pulumi(stack, "stack", "output", "--json")));

type Seen = Pick<ReportSources, "facts" | "status" | "ports">;

/** What cluster and cloud have of the stack now. */
async function observe(stack: Stack): Promise<Seen> {
  const observer = new Observer(stack.config);
  try {
    const [cluster, cloud] = await Promise.all([observer.readCluster(), observer.readCloud()]);
    const status = { value: statusDocumentOf(stack, { cluster, cloud }) };
    const ports = cloud.value ? { value: cloud.value.ports } : { error: cloud.error };
    return { facts: stack.facts, status, ports };
  } finally {
    await observer.close();
  }
}

function seenOf(stack: Result<Stack>): Promise<Seen> {
  if (stack.value) return observe(stack.value);
  const { error } = stack;
  return Promise.resolve({ facts: { error }, status: { error }, ports: { error } });
}

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { stack: text, "event-log": text, out: { ...text, default: "report.html" } },
  });
  const { stack, out, "event-log": logFile } = values;
  if (stack === undefined) throw new Error(`--stack is missing. ${usage}`);
  // first: a file that is none is told at once
  const log = logFile === undefined ? undefined : parseEventLog(await readFile(logFile, "utf8"));
  const report = (await programReport(stack, reportVariable)) as Report;
  const attached = await orReason(() => readAttached(stack));
  const seen = await seenOf(await orReason(() => readStack(stack)));
  const { plan, diagnostics, discovered } = report;
  const checks = checkRows(report);
  const model = modelOf({ ...seen, stack, at: Date.now(), plan, diagnostics, discovered, checks, attached, log });
  await writeFile(out, renderPage(model));
  console.log(`${out} is written`);
  return 0;
}

await exitBy(main);
