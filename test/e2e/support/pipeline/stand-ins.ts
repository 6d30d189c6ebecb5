/**
 * How a test does what a step needs a platform or a registry for:
 *
 * - `checkout`: Git clones the bare repository, and checks out the commit of the event
 * - `packages`: node_modules of this repository is linked, which has what package-lock.json pins
 * - `nothing`: the lab has it, its Node and its Pulumi CLI
 */
export type StandIn = "checkout" | "packages" | "nothing";

const standIns: readonly { readonly step: RegExp; readonly by: StandIn }[] = [
  { step: /^actions\/checkout@v\d+$/, by: "checkout" },
  { step: /^actions\/setup-node@v\d+$/, by: "nothing" },
  { step: /^pulumi\/actions@v\d+$/, by: "nothing" },
  { step: /^npm ci --omit=dev --omit=optional$/, by: "packages" },
  { step: /^curl -fsSL https:\/\/get\.pulumi\.com \| sh -s -- --version [\d.]+$/, by: "nothing" },
];

/** @param step an action with its version, or a command line; undefined: it is to be run as it is */
export const standInFor = (step: string): StandIn | undefined => standIns.find((known) => known.step.test(step))?.by;
