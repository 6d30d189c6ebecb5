/**
 * How many of 10,000 schedules a property is given: by what one of them costs, ms of CPU on an idle core beside it, and by
 * what it has found. A name begins with that of the file of test/simulation.
 */
const shares = {
  drain: 3_600, // 2.8
  join: 2_000, // 5.3
  "join: second key": 400, // 8.8
  claims: 1_200, // 3.2
  "claims: container": 400, // 3
  waves: 1_200, // 0.3
  "waves: repeated": 200, // 0.3
  lives: 400, // 14
  declared: 300, // 24
  rollout: 300, // 14: Pulumi's own runtime
} as const;

export type Property = keyof typeof shares;

export const properties = Object.keys(shares) as Property[];

/** Files of test/simulation that try schedules. */
export const files: readonly string[] = [...new Set(properties.map(fileOf))];

function fileOf(property: string): string {
  return property.split(":")[0] ?? property;
}

const sumOf = (chosen: readonly string[]): number =>
  properties.reduce((sum, name) => (chosen.includes(fileOf(name)) ? sum + shares[name] : sum), 0);

/**
 * @param all how many there are of all properties together
 * @returns how many of them are of this one: one at least
 */
export const schedulesOf = (property: Property, all: number): number =>
  Math.max(1, Math.round((all * shares[property]) / sumOf(files)));

/** How many there must be of all properties together, so that so many are of these files. */
export const totalFor = (chosen: readonly string[], schedules: number): number =>
  Math.round((schedules * sumOf(files)) / sumOf(chosen));
