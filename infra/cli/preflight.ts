import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { exitCodeOf, renderReport, type Report, reportVariable } from "./report.ts";

/**
 * Checks a stack and changes nothing: `npm run preflight -- --stack <stack>`. It runs `pulumi preview`, because the cloud
 * is read through the engine's provider. Exit code 0: no errors; 1: errors; 2: it could not run.
 */

/** Runs the program up to its report. The output of pulumi is needed only if there is no report. */
async function runPreview(stack: string, file: string): Promise<{ printed: string }> {
  const preview = spawn("pulumi", ["preview", "--stack", stack, "--non-interactive"], {
    cwd: path.resolve(import.meta.dirname, "../.."),
    env: { ...process.env, [reportVariable]: file },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed: Buffer[] = [];
  for (const stream of [preview.stdout, preview.stderr]) stream.on("data", (part: Buffer) => printed.push(part));
  await once(preview, "close");
  return { printed: Buffer.concat(printed).toString() };
}

async function main(): Promise<number> {
  const { stack } = parseArgs({ options: { stack: { type: "string" } } }).values;
  if (stack === undefined) throw new Error("--stack is missing. Usage: npm run preflight -- --stack <stack>");
  const folder = await mkdtemp(path.join(tmpdir(), "preflight-"));
  try {
    const file = path.join(folder, "report.json");
    const { printed } = await runPreview(stack, file);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) throw new Error(`pulumi preview wrote no report:\n${printed}`);
    const report = JSON.parse(text) as Report;
    console.log(renderReport(report));
    return exitCodeOf(report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
