import type { z } from "zod";
import { UserError } from "../../lib/errors.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import type { Operation } from "../operation/phases.ts";
import type { Properties } from "../operation/property-values.ts";
import { check, withDefaults } from "../schemas/check.ts";
import type { Resource } from "./resource.ts";

/** A kind of claim. */
interface Kind<Key extends string, Inputs extends Readonly<Record<Key, string>>> {
  /** the input that names what is claimed, and is the claim's id */
  readonly key: Key;
  /** how a message names that */
  readonly what: (name: string) => string;
  readonly schema: z.ZodObject;
  readonly parse: (properties: Properties) => Inputs;
  /** removes what an interrupted command has left of it */
  readonly remove: (cloud: StackCloud, operation: Operation, inputs: Inputs) => Promise<void>;
}

/**
 * A claim on something in the cloud that has one name. It is nothing by itself: it is in the state before that can be in the
 * cloud, and its deletion, which comes after that of what the state has, removes what no state knows of.
 */
export function cloudClaim<Key extends string, Inputs extends Readonly<Record<Key, string>>>(
  cloud: () => StackCloud | undefined,
  { key, what, schema, parse, remove }: Kind<Key, Inputs>,
): Resource {
  return {
    replacing: [key],
    outputs: [],
    check: (inputs) => check(schema, inputs),
    drift: () => Promise.resolve([]),
    preview: () => undefined,
    create: (_operation, inputs) => Promise.resolve({ id: parse(inputs)[key], state: inputs }),
    former: ({ inputs }) => withDefaults(schema, inputs),
    read: (_operation, known) => {
      if (known.state[key] === undefined) {
        throw new UserError(`${what(known.id)}: a claim on it is made by \`pulumi up\` and cannot be imported`);
      }
      return Promise.resolve(known);
    },
    update: (_operation, _known, inputs) => Promise.resolve(inputs),
    needsCluster: false,
    delete: async (operation, { state, inputs }) => {
      const found = cloud();
      if (!found || operation.replacement) return;
      await remove(found, operation, parse({ ...state, ...inputs }));
    },
  };
}
