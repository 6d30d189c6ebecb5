import { startTimer } from "../../components/lib/timer.ts";

/** Milliseconds in which the engine still receives the error. */
const grace = 2000;

/**
 * The result of work that declares nothing. If the work fails, the process ends soon afterwards: requests through the
 * engine and the credential helper of a kubeconfig cannot be cancelled, and would keep the process alive while they hang.
 */
export async function orExitSoon<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    startTimer(grace, () => process.exit(), false);
    throw error;
  }
}
