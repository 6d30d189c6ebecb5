import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repo } from "../../lab/settings.ts";

/** A project of a few files, to which the rules of this one apply. */
let project = "";

beforeEach(async () => {
  project = await mkdtemp(path.join(tmpdir(), "floors-"));
  for (const file of [".dependency-cruiser.js", "package.json", "tsconfig.json"])
    await copyFile(path.join(repo, file), path.join(project, file));
  for (const folder of ["infra", "components", "test"]) await mkdir(path.join(project, folder));
});

afterEach(() => rm(project, { recursive: true, force: true }));

/** What `npm run imports` says of a file that imports another. */
async function verdictOn(files: Readonly<Record<string, string>>): Promise<{ code: number | null; output: string }> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.join(project, path.dirname(file)), { recursive: true });
    await writeFile(path.join(project, file), text);
  }
  const cruiser = path.join(repo, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  return new Promise((resolve) => {
    const args = [cruiser, "infra", "components", "test"];
    const child = execFile(process.execPath, args, { cwd: project }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, output: stdout + stderr });
    });
  });
}

test("GIVEN the rules for imports WHEN files break them, by a type alone too, THEN each violation is named, and no other", async () => {
  const { code, output } = await verdictOn({
    // downwards, as it should be
    "infra/index.ts": 'import "./config/load.ts";\n',
    "infra/config/load.ts": 'import "../../components/lib/ip.ts";\n',
    "components/lib/ip.ts": "export {};\n",
    "infra/config/circle.ts": 'import type { B } from "./other.ts";\nexport type A = B;\n',
    "infra/config/other.ts": 'import type { A } from "./circle.ts";\nexport type B = A;\n',
    "infra/config/up.ts": 'import type { C } from "../preflight/check.ts";\nexport type D = C;\n',
    "infra/preflight/check.ts": "export type C = string;\n",
    "infra/discovery/inside.ts": 'import "../../components/node/drain/drain.ts";\n',
    "components/lib/up.ts": 'import "../node/drain/drain.ts";\n',
    "components/node/drain/drain.ts": 'import "../protocol/host.ts";\n',
    "components/node/protocol/host.ts": "export {};\n",
    "components/openstack/test.ts": 'import "../../test/fixture.ts";\n',
    "test/fixture.ts": "export {};\n",
  });
  const violations = [...output.matchAll(/error ([a-z-]+): (\S+)/g)].map(([, rule, file]) => `${rule} ${file}`);
  expect(violations.sort()).toEqual([
    "no-circle infra/config/circle.ts",
    "no-import-upwards components/lib/up.ts",
    "no-import-upwards components/node/drain/drain.ts",
    "no-import-upwards infra/config/up.ts",
    "no-inside-of-plugin infra/discovery/inside.ts",
    "no-test-in-program components/openstack/test.ts",
  ]);
  expect(code).not.toBe(0);
});
