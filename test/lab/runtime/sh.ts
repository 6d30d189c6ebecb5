import { execa, ExecaError } from "execa";

export interface TextOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** false: nothing of this process's environment is passed on */
  readonly extendEnv?: boolean;
  readonly input?: string;
  /** milliseconds; none by default */
  readonly timeout?: number;
  /** false: a failed command is no error */
  readonly reject?: boolean;
}

/** Runs a command to its end and returns its standard output; the error of a failed one carries the end of its output. */
export async function sh(command: string, args: readonly string[], options: TextOptions = {}): Promise<string> {
  try {
    const { stdout } = await execa(
      command,
      args,
      options.input === undefined ? { stdin: "ignore", ...options } : options,
    );
    return stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const output = `${error.stdout}\n${error.stderr}`.trim().split("\n").slice(-20);
    throw new Error(`${error.shortMessage}\n${output.join("\n")}`, { cause: error });
  }
}
