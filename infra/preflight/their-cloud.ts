import type { PreflightFacts } from "../discovery/facts.ts";
import { isOwner, ownServers } from "./checks/names.ts";

/**
 * Whether the stack's servers are in the project that was read: `yes` if one of its Nodes has its server there, or if it
 * has no Node yet, else the names of its Nodes. undefined: the servers could not be read.
 */
export function isTheirCloud(facts: PreflightFacts): "yes" | readonly string[] | undefined {
  const nodes = facts.cluster.nodes.filter(({ owner }) => isOwner(facts, owner)).map(({ name }) => name);
  if (nodes.length === 0) return "yes";
  if (!facts.checks.servers.value) return undefined;
  const servers = ownServers(facts);
  return nodes.some((name) => servers.has(name)) ? "yes" : nodes;
}
