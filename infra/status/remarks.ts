import { canonicalIp } from "../../components/lib/ip.ts";
import { humanDuration, secondsSince } from "../../components/lib/duration.ts";
import { managingPool, resumeCommand } from "../../components/rollout/machine-config.ts";
import { isOwner } from "../preflight/checks/names.ts";
import { notReady } from "../preflight/not-ready.ts";
import { doctor, repairWorker, replaceServer, upWithRefresh } from "./commands.ts";
import type { Remark } from "./document.ts";
import { failedServerRemark } from "./failed-server.ts";
import { type Observation, serverOfNode } from "./observation.ts";
import type { SeenWorker } from "./workers.ts";

/** What is wrong with a worker, each with what to type. Nothing of it passes by itself. */
export function remarksOf(seen: SeenWorker, observation: Observation): Remark[] {
  return [
    ...unready(seen, observation),
    ...cordoned(seen, observation),
    ...paused(seen, observation),
    ...failedServer(seen, observation),
    ...severalServers(seen, observation),
    ...withoutNode(seen, observation),
    ...withoutServer(seen, observation),
    ...otherName(seen),
    ...otherAddress(seen, observation),
  ];
}

function unready({ node, wanted, joining, name }: SeenWorker, { stack, now }: Observation): Remark[] {
  const problem = node && wanted && joining === undefined ? notReady(node, wanted.pool, now) : undefined;
  return problem === undefined || !wanted ? [] : [{ problem, command: repairWorker(stack, wanted.pool, name) }];
}

/** The machine-config operator cordons, too, and uncordons what it has updated. */
function cordoned({ node }: SeenWorker, observation: Observation): Remark[] {
  const cordon = node?.cordon;
  if (!node || !cordon || node.updating) return [];
  if ("stack" in cordon) {
    if (isOwner(observation, cordon.stack)) return [];
    return [{ problem: `cordoned by stack ${cordon.stack}`, command: `oc adm uncordon ${node.name}` }];
  }
  const by = cordon.manager === undefined ? "" : ` (field manager ${cordon.manager})`;
  return [{ problem: `cordoned by an administrator${by}`, command: `oc adm uncordon ${node.name}` }];
}

function paused({ node }: SeenWorker, { cluster }: Observation): Remark[] {
  const pool = node && managingPool(node.labels, cluster.value?.machineConfigPools.value ?? []);
  if (!pool?.paused) return [];
  const problem = `MachineConfigPool ${pool.name} is paused: no later config reaches it`;
  return [{ problem, command: resumeCommand(pool) }];
}

function failedServer({ servers, name, wanted, node }: SeenWorker, { stack, cluster }: Observation): Remark[] {
  // which of several the state has, the doctor knows: a replacement would be that one's; and one too many stays off
  const asked = wanted && servers.length === 1 ? undefined : doctor(stack);
  const hasNode = cluster.value && node !== undefined;
  return servers.flatMap((server): Remark[] => {
    const { id, status, taskState } = server;
    const failed = failedServerRemark({ stack, server, wanted, hasNode, replace: replaceServer(stack, name) });
    if (failed && asked !== undefined)
      return [{ problem: `server ${id} is in ERROR: ${server.failure ?? ""}`, command: asked }];
    if (failed) return [{ ...failed, problem: `server ${id} ${failed.problem}` }];
    if (status === "SHUTOFF" && taskState === undefined)
      return [{ problem: `server ${id} is powered off`, command: asked ?? `openstack server start ${id}` }];
    if (["ACTIVE", "BUILD", "REBOOT", "HARD_REBOOT"].includes(status) || taskState !== undefined) return [];
    return [{ problem: `server ${id} is in ${status}`, command: `openstack server show ${id}` }];
  });
}

function severalServers({ servers }: SeenWorker, { stack }: Observation): Remark[] {
  if (servers.length < 2) return [];
  const ids = servers.map(({ id }) => id).join(", ");
  return [{ problem: `this stack has ${servers.length} servers of this name: ${ids}`, command: doctor(stack) }];
}

function withoutNode({ wanted, servers, node, joining }: SeenWorker, { cluster, stack, now }: Observation): Remark[] {
  const [server] = servers;
  if (!wanted || !cluster.value || node || joining !== undefined || server?.status !== "ACTIVE") return [];
  const age = humanDuration(secondsSince(server.created, now));
  return [{ problem: `server ${server.id} was created ${age} ago and has no Node`, command: doctor(stack) }];
}

/** A Node that this stack has cordoned is on its way out: its server goes first. */
function withoutServer({ node, servers }: SeenWorker, { cloud, stack }: Observation): Remark[] {
  if (!node || !cloud.value || servers.length > 0 || (node.cordon && "stack" in node.cordon)) return [];
  const id = serverOfNode(node) ?? "not known";
  return [{ problem: `its server (${id}) is not in the cloud's project`, command: upWithRefresh(stack) }];
}

function otherName({ node, name }: SeenWorker): Remark[] {
  if (!node || node.name === name) return [];
  const problem = `its server is named ${name}, and its Node ${node.name}`;
  return [{ problem, command: `openstack server set --name ${node.name} ${serverOfNode(node) ?? name}` }];
}

/** The kubelet reports the addresses, and the cloud controller those of the server: a stray one is of neither port. */
function otherAddress({ node, servers, name }: SeenWorker, { stack }: Observation): Remark[] {
  const [server] = servers;
  if (!node || !server || server.addresses.length === 0) return [];
  const known = new Set(server.addresses.map(canonicalIp));
  const stray = node.internalIps.filter((ip) => !known.has(canonicalIp(ip)));
  if (stray.length === 0) return [];
  const problem = `the Node's address ${stray.join(", ")} is none of its server's (${server.addresses.join(", ")})`;
  return [{ problem, command: replaceServer(stack, name) }];
}
