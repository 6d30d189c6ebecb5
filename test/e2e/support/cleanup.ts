import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Takes a change back. */
export type Undo = () => unknown;

/** The changes that a test makes outside of itself, to be taken back by `run`. */
export class Cleanup {
  readonly #undo: Undo[] = [];

  push(...undo: readonly Undo[]): void {
    this.#undo.push(...undo);
  }

  /** A folder that goes with the rest. */
  async folder(name: string): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), `${name}-`));
    this.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Takes the last change back first; one that cannot be taken back does not keep the others. */
  run = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (const each of this.#undo.splice(0).toReversed()) {
      try {
        await each();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new Error(`not taken back: ${errors.map(String).join("; ")}`, { cause: errors[0] });
  };
}
