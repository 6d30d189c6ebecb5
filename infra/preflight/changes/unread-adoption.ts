import type { Adoption, AdoptionCandidate } from "./adopt.ts";

/**
 * Nothing is adopted where the state could not be read: whether it has it, nobody knows, and without the adoption `up` would
 * find the name taken. Pure.
 *
 * @param error why it could not be read; undefined: nobody has tried
 */
export function unreadAdoption(
  { isListed, name, named }: Pick<AdoptionCandidate, "isListed" | "name" | "named">,
  error: string | undefined,
): Adoption {
  const [server] = named;
  if (!isListed || error === undefined || !server || named.some(({ owner }) => owner !== undefined))
    return { verdict: "none" };
  return {
    verdict: "refuse",
    refusals: [
      {
        problem: `whether this stack's state has server ${name} (${server.id}) already is not known: ${error}`,
        expected: "a state that the engine tells: what it has is not imported again",
        remedy:
          "use a CLI that this program was tested with (requiredPulumiVersion in Pulumi.yaml, and later ones), or remove " +
          "the entry",
      },
    ],
  };
}
