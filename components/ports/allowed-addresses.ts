import { canonicalCidr } from "../lib/ip.ts";
import { allowedOf } from "./description.ts";

/**
 * Whether the addresses that a port may answer for are another than the config says. Ironic's change of a port's MAC shows in
 * its address pairs, so that the engine cannot compare those: it compares the port's description, which names the addresses
 * of the config. Somebody may have written a note in its place, or have allowed further addresses by hand: neither is an
 * edit. Pure.
 */

/** The addresses that a description of ours names; undefined: it is somebody else's text. */
function addressesIn(description: string): readonly string[] | undefined {
  const text = allowedOf(description);
  return text === "" ? [] : text?.split(", ");
}

/** A port as the cloud has it. */
interface Existing {
  readonly description: string;
  readonly allowedAddresses: readonly string[];
}

/** A port as the config wants it. */
interface Wanted {
  readonly description: string;
  /** allowed whatever the config says */
  readonly virtualAddresses: readonly string[];
}

/** The addresses before and after an edit of the config, as text; undefined: the port has what the config says. */
export function allowedAddressesEdit(
  { description, virtualAddresses }: Wanted,
  existing: Existing,
): { readonly before: string | undefined; readonly after: string | undefined } | undefined {
  const wanted = new Set(addressesIn(description));
  const ours = addressesIn(existing.description);
  const allowed = new Set(existing.allowedAddresses.map(canonicalCidr));
  const missing = [...wanted].filter((address) => !allowed.has(canonicalCidr(address)));
  const left = (ours ?? []).filter((address) => !wanted.has(address) && allowed.has(canonicalCidr(address)));
  if (allowedOf(existing.description) === allowedOf(description)) return undefined;
  if (missing.length === 0 && left.length === 0) return undefined;
  const virtual = new Set(virtualAddresses.map(canonicalCidr));
  const before = ours ?? [...allowed].filter((address) => !virtual.has(address)).toSorted();
  return { before: textOf(before), after: textOf([...wanted]) };
}

const textOf = (addresses: readonly string[]): string | undefined => addresses.join(", ") || undefined;
