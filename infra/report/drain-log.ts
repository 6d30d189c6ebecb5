import { drainType, nodeType } from "./lives.ts";
import type { EventLog } from "./event-log.ts";

/** What the drain of a worker has said, once for each change. */
export interface DrainEntry {
  /** ms since the epoch */
  readonly at: number;
  readonly worker: string;
  readonly text: string;
  readonly severity: string;
}

/** A status line of a drain: what it waits for is told, and the time that it has taken is not. */
const status = /^(cordon|drain|volumes|forced drain): \S+ of \S+, waiting for (.*?)(?: \(done: .*\))?$/s;
const others = /^[a-zA-Z ]+: \S+ of \S+, waiting for |^done: /;

function shown(text: string): string | undefined {
  const [, phase, awaited] = status.exec(text) ?? [];
  if (phase !== undefined && awaited !== undefined) return `${phase}: waiting for ${awaited}`;
  return others.test(text) ? undefined : text;
}

/** The log of the drains, in the order of their times. */
export function drainLogOf({ steps, messages }: EventLog): DrainEntry[] {
  const drained = steps.filter(({ type, op }) => (type === nodeType || type === drainType) && op.startsWith("delete"));
  const entries = drained.flatMap((step) =>
    messages
      .filter(({ urn, at }) => urn === step.urn && at >= step.from && at <= step.to)
      .flatMap(({ at, text, severity }): DrainEntry[] => {
        const line = shown(text);
        return line === undefined ? [] : [{ at, worker: step.name, text: line, severity }];
      })
      .filter((entry, i, all) => entry.text !== all[i - 1]?.text),
  );
  return entries.toSorted((a, b) => a.at - b.at);
}
