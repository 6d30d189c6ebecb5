import { clusterTag } from "../../components/ports/names.ts";
import type { Config } from "../config/load.ts";
import type { Result } from "../discovery/attempt.ts";
import type { ProjectObjects } from "../discovery/cloud/project.ts";
import type { PlainFacts } from "../discovery/facts.ts";
import { type PlannedChange, plannedChanges } from "../preflight/changes/plan.ts";

/** Whose the objects are. */
interface Owners {
  readonly owner: string;
  readonly formerOwners: readonly string[];
}

/**
 * What the config changes, by preflight's rules: the names in it are resolved once, and servers and ports are compared as
 * they are now.
 */
export function changesOf(
  config: Pick<Config, "pools">,
  { owner, formerOwners }: Owners,
  facts: Result<PlainFacts>,
  cloud: Result<ProjectObjects>,
): Result<readonly PlannedChange[]> {
  if (!facts.value) return { error: facts.error };
  if (!cloud.value) return { error: cloud.error };
  const { servers, ports } = cloud.value;
  const tag = clusterTag(facts.value.cluster.infraId);
  const tagged = ports.filter(({ tags }) => tags.includes(tag));
  const checks = { servers: { value: servers }, ports: { value: ports }, clusterPorts: { value: tagged } };
  return { value: plannedChanges(config, { ...facts.value, owner, formerOwners, checks }) };
}
