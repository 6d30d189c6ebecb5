/** What can happen next in a run, for whoever makes it happen. */
export interface Steps {
  /**
   * Something that may happen from now on, in any order with the others.
   *
   * @param isMoot when its turn comes: nothing happens, and the trace does not have it
   */
  step(label: string, task: () => void, isMoot?: () => boolean): void;
  /**
   * A step that may happen once so many ms have passed.
   *
   * @param background it comes again and again, as a heartbeat: nobody's progress waits for it
   * @returns how to cancel it
   */
  later(ms: number, label: string, task: () => void, background?: boolean): () => void;
}
