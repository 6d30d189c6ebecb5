import type { Change, World } from "../world/world.ts";

/** Something that must hold whatever happens. Each text that is returned says what was broken, and by what. */
export interface Invariant {
  readonly name: string;
  /** told of every change of the world as it happens, by whomever */
  readonly onChange?: (change: Change, world: World) => string | undefined;
  /** once nobody acts any more */
  readonly atRest?: (world: World) => string | undefined;
}
