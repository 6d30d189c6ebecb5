/**
 * The description of a port. Neutron stores it with the port itself, unlike tags, which the provider sets in a request of
 * its own some seconds later: of a port whose creation was cut off it is what tells whose the port is.
 */

const ownerPart = "worker of ";
/** Ironic's change of a port's MAC shows in its address pairs, so that only this tells an edit of the config from it. */
const allowedPart = "answers for ";
/** Only a port that is replaced gets a trunk, or loses it: this tells such an edit, too. */
const trunkPart = "parent of a trunk";
const subportPart = "subport of ";
const separator = "; ";

/**
 * @param owner `<organization>/<project>/<stack>`
 * @param allowed what the config adds to the addresses that the port may answer for
 */
export function portDescription(owner: string, allowed: readonly string[], hasTrunk = false): string {
  const answers = allowed.length === 0 ? [] : [`${allowedPart}${allowed.toSorted().join(", ")}`];
  return [ownerDescription(owner), ...answers, ...(hasTrunk ? [trunkPart] : [])].join(separator);
}

/**
 * The description of what a worker has beside its ports.
 *
 * @param subportOf of a subport its worker, by which all of them are found; undefined: it is none
 */
export const ownerDescription = (owner: string, subportOf?: string): string =>
  [`${ownerPart}${owner}`, ...(subportOf === undefined ? [] : [`${subportPart}${subportOf}`])].join(separator);

/** The stack that a port belongs to, as its description says; undefined: it does not. */
export function ownerOf(description: string): string | undefined {
  return partOf(description, ownerPart);
}

/**
 * What the config had added to the allowed addresses when the port was made, as text; empty: nothing. undefined: the
 * description is somebody else's, and does not tell.
 */
export function allowedOf(description: string): string | undefined {
  return (
    partOf(description, allowedPart) ?? (description === "" || ownerOf(description) !== undefined ? "" : undefined)
  );
}

/** Whether the config had put a trunk on the port when it was made. */
export const isTrunkParent = (description: string): boolean => description.split(separator).includes(trunkPart);

function partOf(description: string, part: string): string | undefined {
  const found = description.split(separator).find((each) => each.startsWith(part));
  return found?.slice(part.length);
}
