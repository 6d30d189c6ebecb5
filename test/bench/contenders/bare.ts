import { rm } from "node:fs/promises";
import path from "node:path";
import { folderOf, workOf } from "../work.ts";
import { command, type Contender } from "./contender.ts";

const program = path.join(import.meta.dirname, "bare-requests.ts");

/** The requests and nothing else: what no client can be faster than, on this lab. */
export const bare: Contender = {
  name: "bare requests, 12 at a time",
  lacks: "state, diff, retry; approve, wait for Ready, drain, check",
  async begin(count) {
    const folder = await folderOf("bare", { "work.json": JSON.stringify(await workOf("bare", count)) });
    const run = (phase: string) => command(folder, process.execPath, [program, phase, "work.json"]);
    return {
      create: () => run("create"),
      noChange: () => run("noChange"),
      remove: () => run("remove"),
      end: () => rm(folder, { recursive: true }),
    };
  },
};
