import { CloudError } from "../../../components/openstack/error.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";

/** What the work finds, or what keeps the cloud from being used, as a DiagnosticError at the config key `cloud`. */
export async function orDiagnostic<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { problem, expected, remedy } = error;
    throw new DiagnosticError([{ check: "cloud", path: "cloud", problem, expected, remedy }], { cause: error });
  }
}
