import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** A fault put into the program on purpose, and the end-to-end test that must notice it. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** text that occurs exactly once in the file */
  readonly find: string;
  readonly replace: string;
  /** which of test/e2e has the tests. Default attach-detach */
  readonly suite?: string;
  /** name of the test that must turn red */
  readonly red: string;
  /** names of the tests that it builds on */
  readonly after?: readonly string[];
}

/** Puts the fault into the copy of the program in `folder`. */
export async function apply(mutation: Mutation, folder: string): Promise<void> {
  const file = path.join(folder, mutation.file);
  const source = await readFile(file, "utf8");
  const parts = source.split(mutation.find);
  if (parts.length !== 2) {
    throw new Error(`mutation "${mutation.name}": its text occurs ${parts.length - 1} times in ${mutation.file}`);
  }
  await writeFile(file, parts.join(mutation.replace));
}
