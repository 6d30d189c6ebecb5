/** The exit code of a command that could not run. */
const failed = 2;

/** Ends the process by the command's exit code once nothing keeps it alive. An error is told without a stack trace. */
export async function exitBy(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = failed;
  }
}
