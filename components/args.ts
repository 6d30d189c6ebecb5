import type * as pulumi from "@pulumi/pulumi";

/** The arguments of a resource, from its schema's input: each value may be an output, however deep. */
export type ArgsOf<T> = { [K in keyof T]: ArgOf<T[K]> };

type ArgOf<T> = undefined extends T ? PresentArg<Exclude<T, undefined>> | undefined : PresentArg<T>;

// the brackets keep a union together: an output of it is not a union of outputs
type PresentArg<T> = [T] extends [readonly (infer E)[]]
  ? pulumi.Input<PresentArg<E>[]>
  : [T] extends [object]
    ? pulumi.Input<ArgsOf<T>>
    : pulumi.Input<T>;

/** Whose a resource is, and whose it was: without former owners the inputs are those of earlier releases. */
export function ownerArgs({
  owner,
  formerOwners,
}: {
  readonly owner: string;
  readonly formerOwners: readonly string[];
}): { owner: string; formerOwners?: string[] } {
  return { owner, ...(formerOwners.length > 0 && { formerOwners: [...formerOwners] }) };
}
