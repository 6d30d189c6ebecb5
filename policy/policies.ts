import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import {
  type Bounds,
  deleteBeforeReplace,
  metalBounds,
  noForcedDrain,
  privateContainer,
  productionPattern,
  protectedInProduction,
  serverTimeouts,
} from "./rules.ts";

/** A policy that reports each violation of a rule. */
const policy = (
  about: Omit<ResourceValidationPolicy, "validateResource" | "remediateResource">,
  violations: (args: ResourceValidationArgs) => readonly string[],
): ResourceValidationPolicy => ({
  ...about,
  validateResource: (args, report) => {
    for (const violation of violations(args)) report(violation);
  },
});

interface Production {
  readonly productionStacks: string;
}

const productionStacks = {
  type: "string",
  default: productionPattern,
} as const;

const minutes = (fallback: number) => ({ type: "integer", minimum: 1, default: fallback }) as const;

export const policies: readonly ResourceValidationPolicy[] = [
  policy(
    {
      name: "server-timeouts",
      description: "A physical machine gets the time that it needs to be built and to be deleted.",
      configSchema: {
        properties: {
          minimumCreate: minutes(metalBounds.minimumCreate),
          minimumDelete: minutes(metalBounds.minimumDelete),
        },
      },
    },
    (args) => serverTimeouts(args, args.getConfig<Bounds>()),
  ),
  policy(
    {
      name: "delete-before-replace",
      description: "Servers and ports are deleted before they are created anew: one machine, one address.",
    },
    deleteBeforeReplace,
  ),
  policy(
    {
      name: "no-public-container",
      description: "No object store container can be read without a token or a signed URL.",
    },
    privateContainer,
  ),
  policy(
    {
      name: "protect-in-production",
      description: "The workers of production stacks are protected.",
      // a rollout replaces workers, which needs an update that lifts the protection
      enforcementLevel: "advisory",
      configSchema: { properties: { productionStacks } },
    },
    (args) => protectedInProduction(args, args.getConfig<Production>().productionStacks),
  ),
  policy(
    {
      name: "no-forced-drain-in-production",
      description: "A drain of a production worker fails at its deadline instead of deleting pods.",
      configSchema: {
        properties: {
          productionStacks,
          exceptPools: { type: "array", items: { type: "string" }, default: [] },
        },
      },
    },
    (args) => {
      const { productionStacks: pattern, exceptPools } = args.getConfig<Production & { exceptPools: string[] }>();
      return noForcedDrain(args, pattern, exceptPools);
    },
  ),
];
