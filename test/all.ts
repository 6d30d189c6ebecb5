import { z } from "zod";
import { e2eFiles } from "./e2e/files.ts";
import { leftovers } from "./lab/leftovers.ts";
import { machines } from "./lab/settings.ts";
import { check, type Count, elapsed, finish, jest, onTheLab } from "./support/suites.ts";

/** Everything that `npm test` runs, quick things first. */

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
async function endToEnd(broughtUp: boolean): Promise<Count[]> {
  const room = broughtUp ? filesAtOnce : Math.max(1, Math.floor(machines.length / machinesOfFile));
  const { shared, exclusive } = await e2eFiles();
  return [
    await jest("e2e", `--maxWorkers=${Math.min(filesAtOnce, room)}`, "--runTestsByPath", ...shared),
    await nothingLeft(),
    await jest("e2e", "--runInBand", "--runTestsByPath", ...exclusive),
    await nothingLeft(),
  ];
}

async function inTurn(...projects: readonly string[]): Promise<Count[]> {
  const counts: Count[] = [];
  for (const project of projects) counts.push(await jest(project, "--runInBand"));
  return counts;
}

finish([
  await jest("unit", "--maxWorkers=2"),
  await check("format", "./test/start", "prettier", "--check", "."),
  await check("types", "./test/start", "tsc"),
  await check("lint", "./test/start", "eslint", "."),
  await check("imports", "npm", "run", "--silent", "imports"),
  // alone: it may install a Debian package, as the lab does
  await jest("browser", "--runInBand"),
  // these need no lab, and the lab's tests wait most of the time
  ...(
    await Promise.all([
      inTurn("component", "simulation"),
      onTheLab(endToEnd, ["--machines", String(filesAtOnce * machinesOfFile)]),
    ])
  ).flat(),
]);
