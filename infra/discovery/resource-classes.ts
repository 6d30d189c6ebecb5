import { resourceClassOf } from "../../components/hosts/states.ts";
import type { CloudFacts, FlavorFacts, NotFound } from "./facts.ts";
import { found } from "./found.ts";

/** The resource class of the machines that a flavor asks for; undefined: the cloud did not return it, or it is of none. */
export const classOf = (flavor: FlavorFacts | NotFound): string | undefined =>
  resourceClassOf(found(flavor)?.extraSpecs ?? {});

/** Those that the pools ask for. */
export function resourceClasses({ pools }: Pick<CloudFacts, "pools">): string[] {
  return [...new Set(pools.flatMap(({ flavor }) => classOf(flavor) ?? []))];
}
