import type { Run, Running } from "./project.ts";
import { meanwhile, until } from "./wait.ts";

/**
 * Does something once a command has printed what is looked for, and waits for its end. A command that is over before fails
 * at once, with its output.
 */
export function during(running: Running, printed: RegExp, act: () => Promise<unknown>): Promise<Run> {
  const early = running.ended.then(({ output }) =>
    Promise.reject(new Error(`the command was over before it printed ${printed.source}:\n${output}`)),
  );
  early.catch(() => undefined); // the command may end after it
  return meanwhile(running.ended, async () => {
    const isSo = () => Promise.resolve(printed.test(running.output()) || undefined);
    await Promise.race([until(`output like ${printed.source}`, isSo, 180), early]);
    await act();
  });
}
