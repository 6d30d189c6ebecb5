import { parseArgs } from "node:util";
import { exitBy } from "./exit-code.ts";
import { programReport } from "./pulumi.ts";
import { exitCodeOf, renderReport, type Report, reportVariable } from "./report.ts";

/**
 * Checks a stack and changes nothing: `npm run preflight -- --stack <stack>`. It runs `pulumi preview`, because the cloud
 * is read through the engine's provider. Exit code 0: no errors; 1: errors; 2: it could not run.
 */

async function main(): Promise<number> {
  const { stack } = parseArgs({ options: { stack: { type: "string" } } }).values;
  if (stack === undefined) throw new Error("--stack is missing. Usage: npm run preflight -- --stack <stack>");
  const report = (await programReport(stack, reportVariable)) as Report;
  console.log(renderReport(report));
  return exitCodeOf(report);
}

await exitBy(main);
