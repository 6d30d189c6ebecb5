import fc from "fast-check";

/** Makes the scheduler that was drawn: as often as it is asked for, one that takes the same choices. */
export type MakeScheduler = () => fc.Scheduler;

/**
 * Draws a scheduler of fast-check by what makes it. The second clone of a scheduler goes on where the first one has come to
 * (fast-check 4.10.2, SchedulerImplem: clones share the source of their choices): while shrinking, each schedule would
 * depend on those tried before it, and a path, which skips these, would replay another one.
 */
class DrawnScheduler extends fc.Arbitrary<MakeScheduler> {
  readonly #schedulers = fc.scheduler();

  override generate(random: fc.Random): fc.Value<MakeScheduler> {
    const choices = random.clone();
    return new fc.Value(() => this.#schedulers.generate(choices.clone(), undefined).value, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is MakeScheduler {
    return this.#schedulers.canShrinkWithoutContext(value);
  }

  override shrink(): fc.Stream<fc.Value<MakeScheduler>> {
    return fc.Stream.nil();
  }
}

export const schedulers = (): fc.Arbitrary<MakeScheduler> => new DrawnScheduler();
