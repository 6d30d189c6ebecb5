import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { repo } from "../../lab/settings.ts";
import { newProject } from "../../support/new-project.ts";

const example = path.join(repo, "examples/own-program");
const fixture = path.join(import.meta.dirname, "mocked.ts");

interface ProjectFile {
  readonly plugins: { readonly providers: readonly { readonly name: string; readonly path: string }[] };
}

/** As a new project of TypeScript for Node has it. */
const tsconfig = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024"],
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    types: [],
  },
};

describe("GIVEN the package, packed and installed in a new project", () => {
  let folder: string;
  const node = (...args: string[]) => execa(process.execPath, args, { cwd: folder });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "package-"));
    await newProject(folder);
    for (const file of ["index.ts", "pool.ts"]) await copyFile(path.join(example, file), path.join(folder, file));
    await copyFile(fixture, path.join(folder, "mocked.ts"));
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ ...tsconfig, files: ["index.ts"] }));
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("WHEN a pool is declared with mocks THEN it has all that a worker is made of, twice", async () => {
    const { stdout } = await node("--no-warnings", "mocked.ts", path.join(folder, "pool.ts"));
    const types = JSON.parse(stdout) as string[];
    const counts = Object.fromEntries(types.map((type) => [type, types.filter((it) => it === type).length]));
    expect(counts).toMatchObject({
      "openshift-node:index:NodeClaim": 2,
      "openshift-node:index:NodeDrain": 2,
      "openshift-node:index:OpenShiftNode": 2,
      "openshift-node:index:PoolMembership": 1,
      "openstack:compute/instance:Instance": 2,
      "openstack:networking/port:Port": 2,
    });
  });

  const tsc = (...args: string[]) =>
    execa("tsc", args, { cwd: folder, preferLocal: true, localDir: repo, reject: false });

  test("WHEN its program is checked THEN it has the package's types", async () => {
    expect((await tsc()).stdout).toBe("");
  });

  test("WHEN a program misspells an argument THEN the types say so", async () => {
    const misspelt = (await readFile(path.join(folder, "pool.ts"), "utf8")).replace("onChange:", "onChanged:");
    await writeFile(path.join(folder, "misspelt.ts"), misspelt);
    await writeFile(path.join(folder, "misspelt.json"), JSON.stringify({ ...tsconfig, files: ["misspelt.ts"] }));
    expect((await tsc("--project", "misspelt.json")).stdout).toMatch(/misspelt\.ts.*TS2345.*onChange/s);
  });

  test("WHEN its entries are imported THEN each is there, and nothing beside them", async () => {
    const entry = (name: string) => node("--input-type=module", "--eval", `await import("${name}")`);
    for (const name of ["", "/program", "/lookups"]) await entry(`openstack-baremetal-compute${name}`);
    await expect(entry("openstack-baremetal-compute/components/lib/ip.js")).rejects.toThrow(/not defined by "exports"/);
  });

  test("WHEN the engine starts its plugin by the path in Pulumi.yaml THEN it prints its port", async () => {
    const { plugins } = parse(await readFile(path.join(example, "Pulumi.yaml"), "utf8")) as ProjectFile;
    const [{ name, path: place } = { name: "", path: "" }] = plugins.providers;
    const plugin = execa(path.join(folder, place, `pulumi-resource-${name}`), ["127.0.0.1:1"], { reject: false });
    const [port] = await new Promise<string[]>((resolve) => {
      plugin.stdout.once("data", (text: Buffer) => resolve(text.toString().split("\n")));
    });
    plugin.kill();
    await plugin;
    expect(port).toMatch(/^\d+$/);
  });
});
