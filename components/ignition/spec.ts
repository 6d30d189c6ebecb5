/**
 * What a rendered config uses beyond the first supported specification. Since which version each is known:
 * https://coreos.github.io/ignition/specs/ and the configuration-v3_x pages.
 */
const since = {
  /** a config merged from a URL, with sha512 verification, certificate authorities and timeouts */
  merge: "3.1.0",
  /** request headers of a fetched config */
  httpHeaders: "3.1.0",
  /** sha256 verification beside sha512 */
  sha256: "3.1.0",
  /** kernel arguments */
  kernelArguments: "3.3.0",
} as const;

export type Feature = keyof typeof since;

/** The lowest Ignition specification that knows all the features: what an old boot image is likeliest to accept. */
export function lowestSpec(features: readonly Feature[]): string {
  const minors = features.map((feature) => Number(since[feature].split(".")[1]));
  return `3.${Math.max(1, ...minors)}.0`;
}
