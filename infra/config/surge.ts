import { surgeOf } from "../../components/rollout/surge.ts";
import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { firstFreeNumber } from "./numbers.ts";
import type { PartialPool } from "./partial-pool.ts";

/** The rules of surge workers. Pure. */

const surgeIn = ({ replicas = 0, rollout }: PartialPool): number => surgeOf(rollout?.maxSurge ?? 0, replicas);

/** Names without the infraID that surge workers of a pool with replicas have in the usual case, each with its path. */
export function surgeNames(pool: PartialPool, path: string): { path: string; value: string }[] {
  const first = firstFreeNumber(pool);
  return Array.from({ length: surgeIn(pool) }, (_, i) => ({
    path: `${path}.rollout.maxSurge`,
    value: `${pool.name}-${first + i}`,
  }));
}

const isSet = (value: unknown): boolean => value !== undefined && value !== 0;

/** Why a pool cannot have surge workers; undefined: it can. */
function excluded(raw: Readonly<Record<string, unknown>>): { readonly key: string; readonly why: string } | undefined {
  if (raw["workers"] !== undefined) return { key: "workers", why: "a surge worker is named by the next free number" };
  if (raw["fixedIps"] !== undefined)
    return { key: "fixedIps", why: "the list has no address for a worker beyond replicas" };
  return undefined;
}

/** Whether the pool can have the surge workers that its rollout asks for, and whether a roll may take out anybody at all. */
export function surgeDiagnostics(
  path: string,
  pool: PartialPool,
  raw: Readonly<Record<string, unknown>>,
): Diagnostic[] {
  const { maxUnavailable, maxSurge } = pool.rollout ?? {};
  const other = isSet(maxSurge) ? excluded(raw) : undefined;
  if (other)
    return [
      configDiagnostic({
        path: `${path}.rollout.maxSurge`,
        problem: `set together with ${other.key}: ${other.why}`,
        expected: `maxSurge only in a pool with replicas and without fixedIps`,
        remedy: "remove maxSurge, and let maxUnavailable be 1 at least",
      }),
    ];
  if (maxUnavailable !== 0 || isSet(maxSurge)) return [];
  return [
    configDiagnostic({
      path: `${path}.rollout.maxUnavailable`,
      problem: "0, and maxSurge is 0: a roll could neither take a worker out of service nor attach one before",
      expected: "maxUnavailable or maxSurge of 1 at least",
      remedy: "raise maxUnavailable or, where spare hosts exist, add maxSurge: 1",
    }),
  ];
}
