import { clusterTag } from "../../components/ports/names.ts";
import type { Config } from "../config/load.ts";
import type { Result } from "../discovery/attempt.ts";
import type { ProjectObjects } from "../discovery/cloud/project.ts";
import type { ChangeFacts, PlainFacts } from "../discovery/facts.ts";
import { type PlannedChange, plannedChanges } from "../preflight/changes/plan.ts";
import { withSurge } from "../preflight/changes/surge.ts";

/** Whose the objects are. */
interface Owners {
  readonly owner: string;
  readonly formerOwners: readonly string[];
}

/** What tells what the config changes: the names in it are resolved once, and servers and ports are as they are now. */
function changeFactsOf(
  { owner, formerOwners }: Owners,
  facts: Result<PlainFacts>,
  cloud: Result<ProjectObjects>,
): Result<ChangeFacts> {
  if (!facts.value) return { error: facts.error };
  if (!cloud.value) return { error: cloud.error };
  const { servers, ports } = cloud.value;
  const tag = clusterTag(facts.value.cluster.infraId);
  const tagged = ports.filter(({ tags }) => tags.includes(tag));
  const checks = { servers: { value: servers }, ports: { value: ports }, clusterPorts: { value: tagged } };
  return { value: { ...facts.value, owner, formerOwners, checks } };
}

/** The config with the surge workers of a roll that is not done; the config alone if that is not known. */
export function surgedConfig<C extends Pick<Config, "pools">>(
  config: C,
  owners: Owners,
  facts: Result<PlainFacts>,
  cloud: Result<ProjectObjects>,
): C {
  const { value } = changeFactsOf(owners, facts, cloud);
  return value ? withSurge(config, value) : config;
}

/** What the config changes, by preflight's rules. */
export function changesOf(
  config: Pick<Config, "pools">,
  owners: Owners,
  facts: Result<PlainFacts>,
  cloud: Result<ProjectObjects>,
): Result<readonly PlannedChange[]> {
  const { value, error } = changeFactsOf(owners, facts, cloud);
  return value ? { value: plannedChanges(config, value) } : { error };
}
