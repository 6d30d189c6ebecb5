import { writeFile } from "node:fs/promises";
import path from "node:path";
import { schemaText } from "../config/json-schema.ts";

/** Writes stacks/schema.json, which editors complete and check the stack files by: `npm run schema`. */

const file = path.resolve(import.meta.dirname, "../../stacks/schema.json");
await writeFile(file, schemaText());
console.log(`${file} is up to date`);
