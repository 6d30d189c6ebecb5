import { buildOf } from "./build.ts";

/**
 * Ignition's own validator, for the tests of what the program accepts and writes: it knows every specification up to 3.5.
 * The lab's machines run the older Ignition of Debian's package.
 */
export const ignitionValidate = buildOf({
  folder: "ignition-validate",
  binary: "ignition-validate",
  target: "github.com/coreos/ignition/v2/validate",
  timeout: 300,
});
