import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { configSchema } from "./schema.ts";

/**
 * Top-level keys of the config whose values are secrets. A secret inside an object is refused: the engine hands the whole
 * object over decrypted, and what derives from it would be stored in the state in plain text, although every display hides it.
 */
export const secretKeys: readonly string[] = Object.entries(configSchema.shape).flatMap(([key, schema]) =>
  schema.meta()?.["secret"] === true ? [key] : [],
);

/** Keys that are encrypted and must not be, or must be and are not. No value of theirs may be shown. */
export function secretDiagnostics(given: readonly string[], encrypted: readonly string[]): Diagnostic[] {
  return given.flatMap((key) => {
    if (encrypted.includes(key) === secretKeys.includes(key)) return [];
    if (secretKeys.includes(key)) {
      const remedy = `pulumi config set --secret ${key}, and change the secret: the file's history has it in plain text`;
      return configDiagnostic({ path: key, problem: "is stored in plain text", expected: "a secret", remedy });
    }
    return configDiagnostic({
      path: key,
      problem: "is encrypted, or a value inside it is",
      expected: `plain values; the secrets of a stack are top-level keys: ${secretKeys.join(", ")}`,
      remedy: "write the plain value; what must be secret belongs into clouds.yaml or the kubeconfig",
    });
  });
}
