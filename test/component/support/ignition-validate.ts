import { execa } from "execa";
import { ignitionValidate } from "../../lab/builds/ignition-validate.ts";

/** What Ignition's own validator says of a config. */
export interface Report {
  readonly fatal: boolean;
  /** paths of its warnings, like `storage.files[0].mode` */
  readonly warnings: readonly string[];
  readonly text: string;
}

/** Seconds that a test file may take to build the validator, the first time. */
export const buildTimeout = ignitionValidate.step.timeout;

/** The path of the validator, which is built unless the cache has it. */
export async function validator(): Promise<string> {
  const { step } = ignitionValidate;
  if (!(await step.check())) await step.up(() => undefined);
  return await ignitionValidate.path();
}

const asPath = (text: string): string => text.replace(/^\$\.?/, "").replace(/\.(\d+)(?=\.|$)/g, "[$1]");

/** Validates the text of a config. */
export async function validate(binary: string, config: string): Promise<Report> {
  const { exitCode, stdout, stderr } = await execa(binary, ["-"], { input: config, reject: false });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`ignition-validate ended with ${exitCode}: ${stderr}`);
  const warnings = [...stdout.matchAll(/^warning at (\S+?)(?:,|:) /gm)].map(([, path = ""]) => asPath(path));
  return { fatal: exitCode === 1, warnings, text: `${stdout}\n${stderr}` };
}
