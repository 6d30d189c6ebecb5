import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { exitBy } from "./exit-code.ts";
import { projectFolder } from "./project-folder.ts";
import { renderRequest, repairVariable } from "./repair-request.ts";

/**
 * Replaces workers that are not Ready, without an edit of the config:
 * `npm run repair -- --stack <stack> [--reboot] [--yes] <worker>...`. It runs `pulumi up`, which shows its preview and asks
 * before it changes anything, with --yes it does not ask; what else the config asks for is in the same preview. With --reboot
 * it switches their machines off and on first, and replaces only what does not come back. Exit code 0: repaired; 1: refused,
 * declined or failed; 2: it could not run.
 */

const usage = "Usage: npm run repair -- --stack <stack> [--reboot] [--yes] <worker>...";

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs pulumi in the foreground. The terminal interrupts it, too: this process waits until it has ended cleanly. */
function foreground(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const ignore = (): void => undefined;
    // before pulumi is there to be interrupted
    process.on("SIGINT", ignore);
    const child = spawn("pulumi", args, { cwd: projectFolder, env: { ...process.env, ...env }, stdio: "inherit" });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on("SIGTERM", forward);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      resolve({ code, signal });
    });
  });
}

/** The workers that are left to be replaced; undefined: the command is refused. */
async function notRebooted(stack: string, workers: readonly string[]): Promise<readonly string[] | undefined> {
  // without a reboot neither cluster nor cloud is asked here
  const [{ rebootFirst }, { readStack }] = await Promise.all([import("./reboot.ts"), import("./stack.ts")]);
  const { refusals, left } = await rebootFirst(await readStack(stack), workers);
  for (const refusal of refusals) console.error(refusal);
  return refusals.length > 0 ? undefined : left;
}

async function main(): Promise<number> {
  const flag = { type: "boolean", default: false } as const;
  const options = { stack: { type: "string" }, yes: flag, reboot: flag } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.stack === undefined) throw new Error(`--stack is missing. ${usage}`);
  if (positionals.length === 0) throw new Error(`the names of the workers are missing. ${usage}`);
  const names = [...new Set(positionals)];
  const workers = values.reboot ? await notRebooted(values.stack, names) : names;
  if (workers === undefined) return 1;
  if (workers.length === 0) return 0;
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
