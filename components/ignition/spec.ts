/** Since which minor version of specification 3 each part of a config is known: https://coreos.github.io/ignition/migrating-configs/ */
const since = {
  merge: 0,
  sha512: 0,
  certificateAuthorities: 0,
  timeouts: 0,
  sha256: 1,
  httpHeaders: 1,
  compression: 1,
  proxy: 1,
} as const;

export type Feature = keyof typeof since;

/** The lowest Ignition specification that knows all the features: what an old boot image is likeliest to accept. */
export function lowestSpec(features: readonly Feature[]): string {
  return `3.${Math.max(0, ...features.map((feature) => since[feature]))}.0`;
}
