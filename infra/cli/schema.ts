import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { schemaText } from "../config/json-schema.ts";
import { configurePage } from "../config/reference.ts";
import { projectFolder } from "./project-folder.ts";

/**
 * Writes what is made of the config's schema, `npm run schema`: stacks/schema.json, which editors complete and check the stack
 * files by, and the tables of docs/configure.md.
 */

const inRepo = (file: string): string => path.join(projectFolder, file);
const [schema, page] = [inRepo("stacks/schema.json"), inRepo("docs/configure.md")];
await writeFile(schema, schemaText());
await writeFile(page, configurePage(await readFile(page, "utf8")));
console.log(`${schema} and ${page} are up to date`);
