import { writeFile } from "node:fs/promises";
import { ConfigError, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { RunError } from "../diagnostics/run-error.ts";
import type { PlainFacts } from "../discovery/facts.ts";

/** What `npm run status` and `npm run doctor` have the program read, which alone has the engine's provider. */
export interface FactsReport {
  /** the stack as `<organization>/<project>/<stack>`: only the engine knows the organization */
  readonly owner: string;
  /** undefined: they could not be read, or the cluster is skipped */
  readonly facts?: PlainFacts;
  /** why they could not be read */
  readonly diagnostics: readonly Diagnostic[];
}

/** Environment variable with the file into which the program writes its facts, instead of declaring anything. */
export const factsVariable = "OPENSTACK_BAREMETAL_COMPUTE_FACTS_REPORT";

/** Reads the facts; without the cluster they are none. */
type ReadFacts = () => Promise<PlainFacts | { readonly cluster: undefined }>;

/** Writes the report into the file, and ends the program. */
export async function writeFacts(file: string, owner: string, read: ReadFacts): Promise<never> {
  await writeFile(file, JSON.stringify(await reportOf(owner, read)));
  throw new RunError("the facts are written: this run declares nothing");
}

async function reportOf(owner: string, read: ReadFacts): Promise<FactsReport> {
  try {
    const found = await read();
    if (!found.cluster) return { owner, diagnostics: [] };
    const { cluster, cloud, objectStore } = found;
    return { owner, facts: { cluster, cloud, objectStore }, diagnostics: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { owner, diagnostics: error.diagnostics };
    throw error;
  }
}
