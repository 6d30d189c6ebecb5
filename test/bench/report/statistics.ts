/** What each contender is asked to do, in this order. */
export const phases = ["create", "noChange", "remove"] as const;
export type Phase = (typeof phases)[number];

export interface Figures {
  /** from the start of the command to its end */
  readonly seconds: number;
  /** seconds of user and system together, of all processes of the client */
  readonly cpu: number;
  /** peak of all processes of the client together, proportional set size in MiB */
  readonly memory: number;
}

/** What is counted, in the order in which the table says it. */
export const counted = ["logins", "nova", "neutron", "apiserver"] as const;

/** Requests of a client: logins at Keystone, all requests to Nova, to Neutron and to the API server; a watch is one. */
export type Requests = Readonly<Record<(typeof counted)[number], number>>;

export interface PhaseFigures extends Figures {
  readonly requests: Requests;
}

/** All phases, one after the other. */
export type Round = Readonly<Record<Phase, PhaseFigures>>;

export interface Result {
  readonly name: string;
  /** what it leaves to somebody else */
  readonly lacks: string;
  /** the rounds that it has completed */
  readonly rounds: readonly Round[];
  /** the last lines of each round that it has not */
  readonly failures: readonly string[];
}

/** Columns of the table. */
export const columns = ["create", "noChange", "remove", "cpu", "memory"] as const;

/** Seconds of each phase, seconds of CPU of all phases, peak memory in MiB of any phase. */
export type Summary = Readonly<Record<(typeof columns)[number], number>>;

/** The middle one; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

function summaryOf(round: Round): Summary {
  const each = phases.map((phase) => round[phase]);
  return {
    create: round.create.seconds,
    noChange: round.noChange.seconds,
    remove: round.remove.seconds,
    cpu: each.reduce((sum, { cpu }) => sum + cpu, 0),
    memory: Math.max(...each.map(({ memory }) => memory)),
  };
}

const eachColumn = (value: (column: keyof Summary) => number): Summary =>
  Object.fromEntries(columns.map((column) => [column, value(column)])) as Summary;

/** Medians of the rounds; undefined when there is none. */
export function summarise(rounds: readonly Round[]): Summary | undefined {
  if (rounds.length === 0) return undefined;
  const summaries = rounds.map(summaryOf);
  return eachColumn((column) => median(summaries.map((summary) => summary[column])));
}

/** How many times as much as the base. */
export const ratios = (summary: Summary, base: Summary): Summary =>
  eachColumn((column) => summary[column] / base[column]);

/**
 * The order of a round: the first goes in the order that is given, each later one begins with the next, every other one
 * backwards, so that nobody always follows the same one.
 * @param round 0 or more
 */
export function orderOf<T>(items: readonly T[], round: number): T[] {
  const start = round % items.length;
  const rotated = [...items.slice(start), ...items.slice(0, start)];
  return round % 2 === 0 ? rotated : rotated.toReversed();
}
