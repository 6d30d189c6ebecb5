import { writeFile } from "node:fs/promises";
import path from "node:path";
import { format } from "prettier";
import { putProgramOf } from "../e2e/support/program.ts";
import { Project, succeeded } from "../e2e/support/project.ts";
import { parseState, type State, storedStates } from "../e2e/support/stored-state.ts";
import { sh } from "../lab/runtime/sh.ts";
import { repo } from "../lab/settings.ts";

/** What tells where the machine has the sources of the program and of its packages. */
const positions = new Set(["sourcePosition", "stackTrace"]);

const withoutPositions = (text: string): State =>
  parseState(JSON.stringify(JSON.parse(text), (key, value: unknown) => (positions.has(key) ? undefined : value)));

/**
 * Stores the state that the program of each commit writes for the workers of the states that are stored already:
 * `npm run store-state -- <commit> …`, with the lab running. For the commit that closes an issue, or makes a release.
 */
async function store(commit: string): Promise<void> {
  const hash = (await sh("git", ["rev-parse", "--short=7", `${commit}^{commit}`], { cwd: repo })).trim();
  const [{ pools } = { pools: [] }] = await storedStates();
  const project = await Project.create("stored-state", { pools });
  try {
    await putProgramOf(hash, project.folder);
    succeeded(await project.up());
    const state = withoutPositions(await project.storedState());
    const file = path.join(repo, "test/stored-states", `${hash}.json`);
    await writeFile(
      file,
      await format(JSON.stringify({ commit: hash, pools, state }), { filepath: file, printWidth: 120 }),
    );
    console.log(`stored ${path.relative(repo, file)}`);
  } finally {
    succeeded(await project.destroy());
  }
}

const commits = process.argv.slice(2);
if (commits.length === 0) throw new Error("name the commits: npm run store-state -- <commit> …");
for (const commit of commits) await store(commit);
