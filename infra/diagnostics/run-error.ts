/**
 * Ends the program with a message and without a stack trace, as `pulumi.RunError` does. The SDK's own class loads gRPC
 * and takes a second, which nothing else in the config, the diagnostics and the checks needs.
 */
export class RunError extends Error {
  /** `pulumi.RunError.isInstance` looks for this property, so that several copies of the SDK agree (sdk/nodejs/errors.ts). */
  readonly __pulumiRunError = true;
}
