import { execFileSync } from "node:child_process";
import { chmod, copyFile, glob, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { importedPackages, packageManifest, type ProjectManifest } from "./manifest.ts";
import { packageReadme } from "./readme.ts";

/**
 * Builds the package that other Pulumi programs install, in dist/ or the folder that is the argument: `npm run build`, then
 * `npm pack ./dist`. Node strips no types below node_modules, so that it has compiled modules.
 */

const root = path.resolve(import.meta.dirname, "..");
const dist = path.resolve(process.argv[2] ?? path.join(root, "dist"));
const plugin = "components/node/pulumi-resource-openshift-node";

await rm(dist, { recursive: true, force: true });
execFileSync("tsc", ["--project", path.join(root, "package/tsconfig.json"), "--outDir", dist], { stdio: "inherit" });

const modules: string[] = [];
for await (const file of glob("**/*.js", { cwd: dist })) modules.push(await readFile(path.join(dist, file), "utf8"));
const project = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as ProjectManifest;
const manifest = packageManifest(project, importedPackages(modules));

await writeFile(path.join(dist, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
await copyFile(path.join(root, plugin), path.join(dist, plugin));
await chmod(path.join(dist, plugin), 0o755);
await copyFile(path.join(root, "LICENSE"), path.join(dist, "LICENSE"));
const page = await readFile(path.join(root, "docs/build-on.md"), "utf8");
await writeFile(path.join(dist, "README.md"), packageReadme(page, "docs"));
console.log(`${dist} is a package: npm pack ${dist}`);
