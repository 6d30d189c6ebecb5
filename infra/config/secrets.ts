import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { configSchema } from "./schema.ts";

/**
 * Top-level keys of the config whose values are secrets. A secret inside an object is an error: the engine passes the whole
 * object decrypted, and values derived from it would be stored in the state in plain text.
 */
export const secretKeys: readonly string[] = Object.entries(configSchema.shape).flatMap(([key, schema]) =>
  schema.meta()?.["secret"] === true ? [key] : [],
);

/** Keys that are encrypted and must not be, or must be and are not. Their values must not be shown. */
export function secretDiagnostics(given: readonly string[], encrypted: readonly string[]): Diagnostic[] {
  return given.flatMap((key) => {
    if (encrypted.includes(key) === secretKeys.includes(key)) return [];
    if (secretKeys.includes(key)) {
      const remedy = `pulumi config set --secret ${key}, and rotate the secret: the file's history contains it in plain text`;
      return configDiagnostic({ path: key, problem: "is stored in plain text", expected: "a secret", remedy });
    }
    return configDiagnostic({
      path: key,
      problem: "is encrypted, or a value inside it is",
      expected: `a plain value; only these top-level keys are secrets: ${secretKeys.join(", ")}`,
      remedy: "write the plain value; secrets belong in clouds.yaml or the kubeconfig",
    });
  });
}
