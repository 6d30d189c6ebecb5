/** A change as a planned change shows it, `image a -> b`; empty when the values are the same. */
export const changed = (name: string, from: string | undefined, to: string | undefined): string[] =>
  from === to ? [] : [`${name} ${from ?? "none"} -> ${to ?? "none"}`];
