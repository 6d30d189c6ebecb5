/** Type and name of `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export function partsOf(urn: string): { type: string; name: string } {
  const [, , types = "", name = ""] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name };
}

/** A resource for a message, e.g. `NodeClaim lab-metal-0`. */
export function nameOf(urn: string): string {
  const { type, name } = partsOf(urn);
  return `${type.split(":").at(-1)} ${name}`;
}
