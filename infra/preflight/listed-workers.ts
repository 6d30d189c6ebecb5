import { listed } from "../../components/lib/listed.ts";

/** Names that a message holds at most: a pool may have 1000 workers. */
const mostNames = 20;

/** The names of workers in a message, in the order of their numbers. */
export const listedWorkers = (names: readonly string[]): string =>
  listed(
    names.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })),
    mostNames,
  );
