import { containerName } from "../../components/ignition/payload.ts";
import { storedPools } from "../config/ignition-delivery.ts";
import type { ContainerOwner } from "../discovery/cloud/project.ts";
import type { StackState } from "../discovery/exported-state.ts";
import { isOwner } from "../preflight/checks/names.ts";
import { up, upWithRefresh } from "./commands.ts";
import type { Finding } from "./finding.ts";
import { type FullObservation, infraIdOf } from "./observation.ts";
import { orphanedNodes, orphanedPorts, orphanedTrunks, unrecordedServers } from "./orphans.ts";
import { recordedWorkers } from "./recorded.ts";
import { surgeWorkers } from "./surge.ts";

/** What the join of state, cloud and cluster has found, each object once. Without the state nothing is anybody's orphan. */
export function findingsOf(observation: FullObservation): Finding[] {
  const { value: state } = observation.state;
  if (!state) return [];
  const servers = unrecordedServers(observation, state);
  const named = new Set(servers.flatMap(({ subjects }) => subjects));
  const recorded = recordedWorkers(observation, state);
  return [
    ...pendingOperations(observation, state),
    ...recorded,
    ...surgeWorkers(observation, state, new Set(recorded.flatMap(({ subjects }) => subjects))),
    ...servers,
    ...orphanedPorts(observation, state, named),
    ...orphanedTrunks(observation, state),
    ...containers(observation, state),
    ...orphanedNodes(observation, state, named),
  ];
}

const nameOf = (urn: string): string => urn.split("::").slice(2).join(" ").replace(/^.*\$/, "");

/**
 * The engine keeps a pending creation until somebody says that it was looked after (pulumi/pulumi,
 * pkg/backend/snapshot.go); the next update drops any other pending operation.
 */
function pendingOperations({ stack }: FullObservation, { pending }: StackState): Finding[] {
  const creating = pending.filter(({ type }) => type === "creating");
  const others = pending.filter(({ type }) => type !== "creating");
  const list = (operations: StackState["pending"]): string =>
    operations.map(({ type, urn }) => `${type} ${nameOf(urn)}`).join(", ");
  const finding = (operations: StackState["pending"], command: string): Finding[] =>
    operations.length === 0
      ? []
      : [
          {
            problem: `a command still runs, or was interrupted while ${list(operations)}`,
            command,
            subjects: operations.map(({ urn }) => urn),
          },
        ];
  const cleared = `pulumi refresh --stack ${stack} --yes --clear-pending-creates && ${up(stack)}`;
  return [...finding(creating, cleared), ...finding(others, up(stack))];
}

/** Whether the config has a pool that keeps its Ignition config in the container. Without the cluster's name, the rest of its name decides. */
function isConfigured({ name }: ContainerOwner, observation: FullObservation): boolean {
  const { config, owner, formerOwners } = observation;
  const infraId = infraIdOf(observation);
  const names = storedPools(config.pools).flatMap((pool) =>
    [owner, ...formerOwners].map((each) => containerName(infraId ?? "", pool.name, each)),
  );
  return infraId === undefined ? names.some((end) => name.endsWith(end)) : names.includes(name);
}

function containers(observation: FullObservation, state: StackState): Finding[] {
  const { cloud, stack } = observation;
  if (!cloud.value) return [];
  const known = new Set(state.containers.map(({ id }) => id));
  const found = new Set(cloud.value.containers.map(({ name }) => name));
  const orphans = cloud.value.containers
    .filter((each) => isOwner(observation, each.owner) && !known.has(each.name))
    .map((each): Finding => {
      const subjects = [each.name];
      if (isConfigured(each, observation))
        return { problem: `the state does not have this stack's container ${each.name}`, command: up(stack), subjects };
      const problem = `this stack's container ${each.name} is in neither config nor state`;
      return { problem, command: `openstack container delete --recursive ${each.name}`, subjects };
    });
  const gone = state.containers
    .filter(({ id, deleting }) => !deleting && !found.has(id))
    .map(({ id, urn }): Finding => {
      const problem = `the state has container ${id}, which is gone from the object store`;
      return { problem, command: upWithRefresh(stack), subjects: [urn] };
    });
  return [...orphans, ...gone];
}
