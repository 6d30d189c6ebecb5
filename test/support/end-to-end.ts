import { z } from "zod";
import type { Files } from "../e2e/files.ts";
import { leftovers } from "../lab/leftovers.ts";
import { machines } from "../lab/settings.ts";
import { type Count, elapsed, jest, onTheLab } from "./suites.ts";

/** How many files of end-to-end tests run at once, of those that share the lab. */
const filesAtOnce = z.coerce.number().int().min(1).default(2).parse(process.env["E2E_FILES"]);

/** A file has four workers at most; one machine more may still be cleaned after the file before. */
const machinesOfFile = 5;

/** A file that shares the lab looks at its own pools only: what any of them has left shows here. */
async function nothingLeft(): Promise<Count> {
  console.log(`\n== nothing is left on the lab (${elapsed()})`);
  const left = await leftovers().catch((error: unknown) => [String(error)]);
  for (const line of left) console.error(line);
  return left.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** First the files that share the lab, so many at once; then those that need it for themselves, one by one. */
async function inOrder({ shared, exclusive }: Files, broughtUp: boolean): Promise<Count[]> {
  const room = broughtUp ? filesAtOnce : Math.max(1, Math.floor(machines.length / machinesOfFile));
  return [
    await jest("e2e", `--maxWorkers=${Math.min(filesAtOnce, room)}`, "--runTestsByPath", ...shared),
    await nothingLeft(),
    await jest("e2e", "--runInBand", "--runTestsByPath", ...exclusive),
    await nothingLeft(),
  ];
}

/** Files of end-to-end tests, on a lab that is large enough for so many at once, or on the one that is up. */
export const endToEnd = (files: Files): Promise<Count[]> =>
  onTheLab((broughtUp) => inOrder(files, broughtUp), ["--machines", String(filesAtOnce * machinesOfFile)]);
