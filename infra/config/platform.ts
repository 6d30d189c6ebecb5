import { z } from "zod";

/** Platforms of a cluster whose Nodes can be servers of an OpenStack cloud: openshift/api, config/v1, PlatformType. */
export const platforms = ["OpenStack", "None", "External", "BareMetal"] as const;

export type PlatformName = (typeof platforms)[number];

const platformText = `one of ${platforms.join(", ")}`;

/**
 * Platform of the cluster. On any other than OpenStack its Nodes get no providerID, unless a cloud controller of its own gives them
 * one (platform External): a worker is known by its name, its address and its key alone, and has to ask for its first certificate
 * within timeouts.boot. The key says that the user knows. Default OpenStack: nobody else vouches for a machine.
 */
export const platform = z
  .enum(platforms, { error: platformText })
  .optional()
  .meta({
    description:
      "Platform of the cluster: OpenStack, None, External or BareMetal. Without a cloud controller its Nodes get no providerID: a worker is known by its name, its address and its key alone, and its machine has to ask for its first certificate within timeouts.boot. If the cluster reports another platform, that is an error. Default: OpenStack.",
    examples: ["None"],
  });
