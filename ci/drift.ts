import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { exitBy } from "../infra/cli/exit-code.ts";
import { projectFolder } from "../infra/cli/project-folder.ts";
import { driftOf, type Ended } from "./drift/report.ts";
import { platformOf } from "./platform/choose.ts";

/**
 * Compares a stack's state with cluster and cloud, changes nothing, and prints what it found as Markdown:
 * `npm run ci:drift -- --stack <stack> [--issue]`. With --issue an issue is opened, rewritten or closed. Exit code 0: no drift;
 * 1: drift; 2: it could not be told.
 */

function run(command: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: projectFolder, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text: Buffer) => (printed += text.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 2, printed }));
  });
}

async function main(): Promise<number> {
  const { stack, issue } = parseArgs({
    options: { stack: { type: "string" }, issue: { type: "boolean", default: false } },
  }).values;
  if (stack === undefined) throw new Error("--stack is missing. Usage: npm run ci:drift -- --stack <stack> [--issue]");
  const platform = issue ? platformOf(process.env) : undefined;
  const asked = ["--stack", stack];
  const refresh = await run(
    "pulumi",
    "refresh",
    "--preview-only",
    "--expect-no-changes",
    "--non-interactive",
    ...asked,
  );
  const doctor = await run(process.execPath, "infra/cli/doctor.ts", ...asked);
  const { code, title, text } = driftOf(stack, refresh, doctor);
  console.log(`### ${title}\n\n${text}`);
  await platform?.issue(title, code === 0 ? undefined : text);
  return code;
}

await exitBy(main);
