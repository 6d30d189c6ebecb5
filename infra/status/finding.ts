/** Something in which state, cloud and cluster differ, or that is broken. */
export interface Finding {
  /** what is wrong, in a sentence with its object */
  readonly problem: string;
  /** what to type; the next `npm run doctor` says what is left */
  readonly command: string;
  /** what it is about, each by the id or the name that is unique: a server's id, a port's id, a container, a Node, a URN */
  readonly subjects: readonly string[];
}
