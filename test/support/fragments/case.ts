/** A fragment with what the program says of it, and what Ignition's own validator says. */
export interface FragmentCase {
  readonly name: string;
  readonly fragment: unknown;
  /** paths of the errors, in the fragment; by default none */
  readonly errors?: readonly string[];
  /** paths of the warnings; by default none */
  readonly warnings?: readonly string[];
  /** what `ignition-validate` says where it is something else, with the reason; its warnings by their paths */
  readonly oracle?: { readonly fatal: boolean; readonly warnings?: readonly string[]; readonly why: string };
}

/** A config of the specification 3.<minor>.0. */
export const spec = (minor: number, sections: object = {}): object => ({
  ignition: { version: `3.${minor}.0` },
  ...sections,
});

/** A config with other keys in its section `ignition`. */
export const withIgnition = (minor: number, keys: object): object => ({
  ignition: { version: `3.${minor}.0`, ...keys },
});

export const sha = (bits: 256 | 512): string => `sha${bits}-${"0123456789abcdef".repeat(bits / 64)}`;
