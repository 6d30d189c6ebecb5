import { e2eFiles } from "./e2e/files.ts";
import { endToEnd } from "./support/end-to-end.ts";
import { check, type Count, finish, jest } from "./support/suites.ts";

/** Everything that `npm test` runs, quick things first. */

async function inTurn(...projects: readonly string[]): Promise<Count[]> {
  const counts: Count[] = [];
  for (const project of projects) counts.push(await jest(project, "--runInBand"));
  return counts;
}

const { shared, exclusive } = await e2eFiles("nightly");
console.log("left to npm run test:ipv6: the end-to-end tests on a lab of IPv6 alone");
console.log(`left to npm run test:nightly:e2e: ${[...shared, ...exclusive].join(", ")}`);

finish([
  await jest("unit", "--maxWorkers=2"),
  await check("format", "./test/start", "prettier", "--check", "."),
  await check("types", "./test/start", "tsc"),
  await check("lint", "./test/start", "eslint", "."),
  await check("imports", "npm", "run", "--silent", "imports"),
  // alone: it may install a Debian package, as the lab does
  await jest("browser", "--runInBand"),
  // these need no lab, and the lab's tests wait most of the time
  ...(await Promise.all([inTurn("component", "simulation"), endToEnd(await e2eFiles("each run"))])).flat(),
]);
