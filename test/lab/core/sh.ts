import { execa, ExecaError, type Options } from "execa";

/** Runs a command to its end and returns its standard output; the error of a failed one carries the end of its output. */
export async function sh(command: string, args: readonly string[], options: Options = {}): Promise<string> {
  try {
    const result = await execa(command, args, { stdin: "ignore", ...options });
    return String(result.stdout ?? "");
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const output = `${String(error.stdout ?? "")}\n${String(error.stderr ?? "")}`.trim().split("\n").slice(-20);
    throw new Error(`${error.shortMessage}\n${output.join("\n")}`, { cause: error });
  }
}
