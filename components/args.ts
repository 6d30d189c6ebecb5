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
