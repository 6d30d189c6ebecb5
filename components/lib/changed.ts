/** A change as the line of a worker's edit tells it, `image a -> b`; nothing where nothing changes. undefined: none */
export const changed = (what: string, from: string | undefined, to: string | undefined): string[] =>
  from === to ? [] : [`${what} ${from ?? "none"} -> ${to ?? "none"}`];
