import { CloudError } from "../../../components/openstack/error.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";

/** The result of the work. A CloudError becomes a DiagnosticError at the config key `cloud`. */
export async function orDiagnostic<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const { problem, expected, remedy } = error;
    throw new DiagnosticError([{ check: "cloud", path: "cloud", problem, expected, remedy }], { cause: error });
  }
}
