import { parseArgs } from "node:util";
import { exitBy } from "./exit-code.ts";
import { type InPlace, parseInPlace } from "./in-place.ts";
import { planDocumentOf } from "./plan-document.ts";
import { programReport, pulumi } from "./pulumi.ts";
import { exitCodeOf, renderReport, type Report, reportVariable } from "./report.ts";

/**
 * Checks a stack and changes nothing: `npm run preflight -- --stack <stack> [--json]`. It runs `pulumi preview`, because the
 * cloud is read through the engine's provider. Exit code 0: no errors; 1: errors; 2: it could not run.
 */

const usage = "Usage: npm run preflight -- --stack <stack> [--json]";

/** With errors a preview ends before the engine compares anything. */
async function inPlaceOf(stack: string, report: Report): Promise<InPlace | undefined> {
  if (exitCodeOf(report) !== 0) return undefined;
  return parseInPlace(await pulumi(stack, "preview", "--json"));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { stack: { type: "string" }, json: { type: "boolean", default: false } },
  });
  const { stack, json } = values;
  if (stack === undefined) throw new Error(`--stack is missing. ${usage}`);
  const report = (await programReport(stack, reportVariable)) as Report;
  const document = json && planDocumentOf(stack, report, await inPlaceOf(stack, report), Date.now());
  console.log(document ? JSON.stringify(document, null, 2) : renderReport(report));
  return exitCodeOf(report);
}

await exitBy(main);
