import { z } from "zod";

/** One of the resources that each worker has: how large its state is, and whether a plugin stands behind it. */
export interface Kind {
  readonly type: string;
  /** of its state as JSON */
  readonly bytes: number;
  readonly custom: boolean;
}

const deployment = z.object({
  resources: z.array(z.looseObject({ type: z.string(), urn: z.string(), custom: z.boolean().default(false) })),
});

/**
 * The resources of one worker: those whose URN ends with its name, or with what is made of it.
 * @param state a stack's export
 * @param worker its name
 */
export function kindsOf(state: unknown, worker: string): Kind[] {
  const { resources } = z.object({ deployment }).parse(state).deployment;
  const own = resources.filter(({ urn }) => /::([^:]+)$/.exec(urn)?.[1]?.startsWith(worker));
  return own.map((each) => ({
    type: each.type.split(":").at(-1) ?? each.type,
    bytes: JSON.stringify(each).length,
    custom: each.custom,
  }));
}
