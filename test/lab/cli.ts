import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { engineDescription } from "./engine/environment.ts";
import { labDown, labUp } from "./lab.ts";
import { plan } from "./plan.ts";
import { Display } from "./runtime/display.ts";
import { exclusively } from "./runtime/lock.ts";
import { memoryOfGroups } from "./runtime/memory.ts";
import { isRunning, known, pidOf } from "./runtime/processes.ts";
import { stepsOf } from "./runtime/step.ts";
import { cacheDir, stateDir } from "./settings.ts";
import { shellEnv, shellHelp } from "./shell.ts";

const usage = `npm run lab -- up      bring the virtual data centre up (first time 10 to 20 minutes, then about half a minute)
npm run lab -- status  what is there, what runs, how much memory it takes
npm run lab -- shell   a shell in which pulumi, kubectl and openstack work against the lab
npm run lab -- down    stop what the lab started
npm run lab -- clean   down, and remove the lab's state and cache folders`;

async function status(): Promise<void> {
  for (const step of stepsOf(plan)) console.log(`${(await step.check()) ? "✓" : "✗"} ${step.name}`);
  const groups = new Set<number>();
  for (const name of await known()) {
    console.log(`  ${(await isRunning(name)) ? "runs " : "ended"} ${name}`);
    const pid = await pidOf(name);
    if (pid !== undefined) groups.add(pid);
  }
  console.log(`memory ${(await memoryOfGroups(groups)).toFixed(0)} MiB; engine: ${await engineDescription()}`);
}

async function shell(): Promise<number> {
  console.log(shellHelp);
  const { status: code } = spawnSync(process.env["SHELL"] ?? "/bin/sh", { stdio: "inherit", env: await shellEnv() });
  return code ?? 1;
}

async function clean(display: Display): Promise<void> {
  await labDown(display);
  for (const folder of [stateDir, cacheDir]) {
    await rm(folder, { recursive: true, force: true });
    display.line(`removed ${folder}`);
  }
}

async function main(command: string | undefined): Promise<number> {
  const display = new Display();
  switch (command) {
    case "up":
      await exclusively(() => labUp(display));
      return 0;
    case "down":
      await exclusively(() => labDown(display));
      return 0;
    case "clean":
      await exclusively(() => clean(display));
      return 0;
    case "status":
      await status();
      return 0;
    case "shell":
      return shell();
    default:
      console.error(usage);
      return 2;
  }
}

// A step that missed its bound may still be at work: nothing waits for it.
process.exit(
  await main(process.argv[2]).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }),
);
