import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type * as Processes from "../../lab/runtime/processes.ts";

let folder: string;
let processes: typeof Processes;
const inherited = process.env["XDG_STATE_HOME"];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "processes-"));
  process.env["XDG_STATE_HOME"] = folder; // read as settings.ts is loaded
  processes = await import("../../lab/runtime/processes.ts");
});

afterAll(async () => {
  await Promise.all((await processes.known()).map(processes.stop));
  if (inherited === undefined) delete process.env["XDG_STATE_HOME"];
  else process.env["XDG_STATE_HOME"] = inherited;
  await rm(folder, { recursive: true });
});

const until = async (done: () => Promise<boolean>): Promise<void> => {
  while (!(await done())) await sleep(10);
};

/** Starts a shell that has a child, and gives both pids. */
async function pair(name: string): Promise<{ leader: number; child: number }> {
  const file = path.join(folder, name);
  const script = `sleep 600 & echo $! >${file}.tmp; mv ${file}.tmp ${file}; wait`;
  await processes.start({ name, command: "sh", args: ["-c", script], cwd: folder });
  await until(() => Promise.resolve(existsSync(file)));
  const leader = await processes.pidOf(name);
  if (leader === undefined) throw new Error("the shell has ended");
  return { leader, child: Number(await readFile(file, "utf8")) };
}

const gone = async (pid: number): Promise<boolean> => (await processes.startTime(pid)) === undefined;

describe("stop", () => {
  test("ends the process and its group", async () => {
    const { leader, child } = await pair("whole");
    await processes.stop("whole");
    await until(() => gone(child));
    expect(await gone(leader)).toBe(true);
    expect(await processes.known()).not.toContain("whole");
  });

  test("ends the rest of a group whose leader has died", async () => {
    const { leader, child } = await pair("orphans");
    process.kill(leader, "SIGKILL");
    await until(() => gone(leader));
    expect(await gone(child)).toBe(false);
    await processes.stop("orphans");
    await until(() => gone(child));
  });

  test("leaves another process alone that has got the pid", async () => {
    const { leader, child } = await pair("reused");
    const record = path.join(folder, "openstack-baremetal-compute/lab/run/reused.json");
    const text = await readFile(record, "utf8");
    await writeFile(record, text.replace(/"started":"\d+"/, '"started":"1"'));
    await processes.stop("reused");
    expect(await Promise.all([gone(leader), gone(child)])).toEqual([false, false]);
    await writeFile(record, text);
    await processes.stop("reused");
    await until(() => gone(child));
  });
});

describe("start", () => {
  test("fails when the process cannot be spawned", async () => {
    const spec = { name: "nowhere", command: "true", args: [], cwd: path.join(folder, "missing") };
    await expect(processes.start(spec)).rejects.toThrow(/ENOENT/);
  });

  test("ends what a dead process of the name has left", async () => {
    const { leader, child } = await pair("again");
    process.kill(leader, "SIGKILL");
    await until(() => gone(leader));
    await processes.start({ name: "again", command: "sleep", args: ["600"], cwd: folder });
    await until(() => gone(child));
    expect(await processes.isRunning("again")).toBe(true);
  });
});
