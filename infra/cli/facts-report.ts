import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { PlainFacts } from "../discovery/facts.ts";
import { endWith } from "./end-with.ts";

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
export const writeFacts = (file: string, owner: string, read: ReadFacts): Promise<never> =>
  endWith<FactsReport>(
    file,
    "the facts are",
    async () => {
      const found = await read();
      if (!found.cluster) return { owner, diagnostics: [] };
      const { cluster, cloud, objectStore } = found;
      return { owner, facts: { cluster, cloud, objectStore }, diagnostics: [] };
    },
    (diagnostics) => ({ owner, diagnostics }),
  );
