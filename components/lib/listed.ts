/** Names in a message, of which there may be hundreds: the first of them, and how many more there are; `none` for none. */
export function listed(names: readonly string[], longest = 10): string {
  const shown = names.slice(0, longest).join(", ");
  return names.length > longest ? `${shown} and ${names.length - longest} more` : shown || "none";
}
