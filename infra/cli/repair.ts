import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { exitBy } from "./exit-code.ts";
import { renderRequest, repairVariable } from "./repair-request.ts";

/**
 * Replaces workers that are not Ready, without an edit of the config: `npm run repair -- --stack <stack> [--yes] <worker>...`.
 * It runs `pulumi up`, which shows its preview and asks before it changes anything, with --yes it does not ask; what else the
 * config asks for is in the same preview. Exit code 0: repaired; 1: refused, declined or failed; 2: it could not run.
 */

const usage = "Usage: npm run repair -- --stack <stack> [--yes] <worker>...";

/** The folder of Pulumi.yaml. */
const project = path.resolve(import.meta.dirname, "../..");

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs pulumi in the foreground. The terminal interrupts it, too: this process waits until it has ended cleanly. */
function foreground(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", args, { cwd: project, env: { ...process.env, ...env }, stdio: "inherit" });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    const ignore = (): void => undefined;
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      resolve({ code, signal });
    });
  });
}

async function main(): Promise<number> {
  const options = { stack: { type: "string" }, yes: { type: "boolean", default: false } } as const;
  const { values, positionals: workers } = parseArgs({ options, allowPositionals: true });
  if (values.stack === undefined) throw new Error(`--stack is missing. ${usage}`);
  if (workers.length === 0) throw new Error(`the names of the workers are missing. ${usage}`);
  const args = ["up", "--stack", values.stack, ...(values.yes ? ["--yes"] : [])];
  const { code, signal } = await foreground(args, { [repairVariable]: renderRequest(workers) });
  if (code === 0) return 0;
  const by = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  console.error(
    `npm run repair: pulumi ${by}, see above. To go on, repeat the command; where a new server has been created already, ` +
      `pulumi up --stack ${values.stack} goes on with it.`,
  );
  return 1;
}

await exitBy(main);
