import * as pulumi from "@pulumi/pulumi";
import debuggable from "@pulumi/pulumi/runtime/debuggable.js";

/** A variable of the SDK's own: it then tells of promises that never settle. */
const askedFor = "PULUMI_DEBUG_PROMISE_LEAKS";

const promiseOf = "debuggablePromise";

/** For synchronous work: the errors of all other code keep theirs. */
function withoutStackTrace<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function leaveOutStackTraces(): void {
  const original: unknown = Reflect.get(debuggable, promiseOf);
  // another version of the SDK may have none
  if (typeof original !== "function") return;
  const lean = (...args: unknown[]): unknown =>
    withoutStackTrace((): unknown => Reflect.apply(original, undefined, args));
  Reflect.set(debuggable, promiseOf, lean);
}

/**
 * Leaves out what the SDK does for debugging alone (pulumi/pulumi 3.276, sdk/nodejs), and has no switch for:
 *
 * - the stack trace of each promise, several for each output of a resource, which it shows only if PULUMI_DEBUG_PROMISE_LEAKS is
 *   set (runtime/debuggable.ts): a seventh of the CPU time of a preview of 200 workers
 * - its debug messages, three for each resource, one of them with the engine's whole answer, one after the other
 *   (log/index.ts): another seventh
 * - where each resource is declared, with all callers (resource.ts), which the engine only keeps: a quarter of the state, which
 *   is written whole for each resource that is created or deleted
 *
 * All of it stays if that variable is set: then `--debug` shows these messages, too.
 */
export function leaveOutSdkDebugging(env: Readonly<Record<string, string | undefined>>): void {
  if (env[askedFor]) return;
  leaveOutStackTraces();
  Object.assign(pulumi.log, { debug: () => Promise.resolve() });
  Object.assign(pulumi.Resource, { callsites: () => [] });
}
