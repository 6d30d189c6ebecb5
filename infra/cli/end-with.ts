import { writeFile } from "node:fs/promises";
import { ConfigError, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { RunError } from "../diagnostics/run-error.ts";

/**
 * Writes what is read into a file as JSON, and ends the program.
 *
 * @param what is written, e.g. `the report is`, for the error that ends it
 * @param failed what is written instead if the config is wrong
 */
export async function endWith<T>(
  file: string,
  what: string,
  read: () => Promise<T>,
  failed: (diagnostics: readonly Diagnostic[]) => T,
): Promise<never> {
  await writeFile(file, JSON.stringify(await orFailed(read, failed)));
  throw new RunError(`${what} written: this run declares nothing`);
}

async function orFailed<T>(read: () => Promise<T>, failed: (diagnostics: readonly Diagnostic[]) => T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ConfigError) return failed(error.diagnostics);
    throw error;
  }
}
