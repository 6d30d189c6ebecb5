/** Milliseconds for the engine to be told why. */
const grace = 2000;

/**
 * Ends the process soon: what is asked through the engine, and a kubeconfig's helper, cannot be called back, and a process
 * does not end by itself while one of them hangs. Not to be used once anything is declared.
 */
export function exitSoon(): void {
  setTimeout(() => process.exit(), grace).unref();
}
