import type fc from "fast-check";
import { StackCloud } from "../../../components/node/leftovers/stack-cloud.ts";
import { nodeClaim } from "../../../components/node/resources/node-claim.ts";
import type { Known } from "../../../components/node/resources/resource.ts";
import { annotations, fieldManager } from "../../../components/kubernetes/types.ts";
import { portDescription } from "../../../components/ports/description.ts";
import { portName } from "../../../components/ports/names.ts";
import { owner } from "../../support/node-fixtures.ts";
import { CloudController } from "../actors/cloud-controller.ts";
import { podRuntime } from "../actors/kubelet.ts";
import { nodeLifecycle } from "../actors/node-lifecycle.ts";
import { podGarbageCollector } from "../actors/others.ts";
import { webPod } from "../actors/workload.ts";
import { Cloud, cloudHost } from "../cloud/cloud.ts";
import { CloudStore } from "../cloud/objects.ts";
import { claimInputs, nodeName } from "../engine/declaration.ts";
import type { FaultPlan } from "../faults/plan.ts";
import { noServingNodeIsRemoved } from "../invariants/detach.ts";
import { noServerOfALiveNodeGoes, nothingOfOthersInTheCloud, ownedInTheCloud } from "../invariants/cloud.ts";
import type { PluginProcess } from "../run/plugin-process.ts";
import { Setting } from "./setting.ts";

const stranger = "acme/openstack-baremetal-compute/other";

/** A port of the worker's name, whose description names an owner or nobody, used by a server or by none. */
export interface PortCase {
  readonly owner: "ours" | "another's" | "nobody's";
  readonly usedBy: "ours" | "another's" | "nobody";
}

/** What an interrupted command has left of a worker of which the state has nothing but the claim. */
export interface LeftoversCase {
  readonly plan: FaultPlan;
  /** whether the cloud has a server of ours, and of another owner of the same name */
  readonly servers: readonly ("ours" | "another's")[];
  readonly ports: readonly PortCase[];
  /** the Node of our server, as its detach has left it, or live */
  readonly node: "none" | "leaving" | "live";
  readonly pods: number;
  /** the claim goes alone (`pulumi up --replace`): what the cloud has is the state's, and stays */
  readonly replacement: boolean;
  /** ms after which every token is refused */
  readonly revoked: number;
  readonly seed: number;
}

export const quietLeftovers: LeftoversCase = {
  plan: [],
  servers: ["ours", "another's"],
  ports: [
    { owner: "ours", usedBy: "ours" },
    { owner: "another's", usedBy: "another's" },
    { owner: "ours", usedBy: "nobody" },
  ],
  node: "leaving",
  pods: 2,
  replacement: false,
  revoked: 3_600_000,
  seed: 1,
};

/** ms within which a deletion ends: two looks at the Node, its drain, the server, ports and Node, and what an error reads. */
const commandBound = 3_600_000;

/** As many as a plan has faults, and some more. */
const patience = 6;

export interface LeftoversResult {
  readonly results: readonly (string | undefined)[];
  /** what the cloud still has of ours */
  readonly left: readonly string[];
  readonly nodes: readonly string[];
  readonly trace: readonly string[];
}

/** Of a Node that nobody has taken out of service, or still has pods: its server, its pods and itself are to stay. */
export const isLive = ({ node, pods, servers, replacement }: LeftoversCase): boolean =>
  servers.includes("ours") && (node === "live" || (replacement && node === "leaving" && pods > 0));

/** What the cloud has of ours in the end. */
export function expectedLeft(drawn: LeftoversCase): string[] {
  if (!drawn.replacement) return portsInUse(drawn);
  const server = drawn.servers.includes("ours") ? [`servers ${serverIds.ours}`] : [];
  return [...server, ...drawn.ports.flatMap(({ owner: whose }, i) => (whose === "ours" ? [`ports port-${i}`] : []))];
}

/** Ports of ours that a server uses which is not ours: they stay, with a warning. */
const portsInUse = ({ ports, servers }: LeftoversCase): string[] =>
  ports.flatMap(({ owner: whose, usedBy }, i) =>
    whose === "ours" && usedBy === "another's" && servers.includes("another's") ? [`ports port-${i}`] : [],
  );

const serverIds = { ours: "11111111-2222-4333-8444-555555555555", "another's": "99999999-2222-4333-8444-555555555555" };

/** Runs the case to its end. Throws SimulationFailure for what must not happen. */
export async function removeLeftovers(scheduled: fc.Scheduler, drawn: LeftoversCase): Promise<LeftoversResult> {
  const setting = new Setting(scheduled, drawn.plan, drawn.seed, () => [
    nothingOfOthersInTheCloud(owner),
    noServerOfALiveNodeGoes,
    noServingNodeIsRemoved,
  ]);
  const { world, api, simulation, disturbances } = setting;
  const cloud = new Cloud(world, simulation);
  populate(setting, drawn);
  const isOn = (): boolean => world.get("servers", serverIds.ours) !== undefined;
  setting.begin([
    podRuntime(nodeName, isOn, { starts: 500, ends: 1_000 }),
    new CloudController(api),
    nodeLifecycle(api, nodeName, isOn),
    podGarbageCollector(),
  ]);
  simulation.services.serve(
    cloudHost,
    disturbances.disturb(cloud.service, () => world.revision),
  );
  simulation.later(drawn.revoked, "keystone: every token is revoked", () => cloud.keystone.revokeAll(), true);
  const command = (): Promise<string | undefined> =>
    setting.command("destroy", commandBound, (process) => deleteClaim(process, drawn));
  const results = isLive(drawn) ? [await command()] : await setting.repeat(patience, command);
  simulation.rest();
  return {
    results,
    left: ownedInTheCloud(world, owner),
    nodes: world.list("nodes").map(({ metadata }) => metadata.name),
    trace: simulation.trace,
  };
}

function deleteClaim(process: PluginProcess, { replacement }: LeftoversCase): Promise<void> {
  const cloud = new StackCloud(process.name);
  const claim = nodeClaim(
    () => Promise.resolve(process.cluster),
    () => cloud,
  );
  const inputs = { ...claimInputs(), removeTimeout: 120 };
  const known: Known = { id: nodeName, inputs, state: inputs };
  return process.heard(claim.delete({ ...process.operation("delete"), replacement }, known));
}

function populate(setting: Setting, { servers, ports, node, pods }: LeftoversCase): void {
  const { world, api } = setting;
  for (const whose of servers) addServer(setting, whose);
  for (const [i, port] of ports.entries()) addPort(setting, i, port);
  if (node === "none" || !servers.includes("ours")) return;
  const isLeaving = node === "leaving";
  const given = {
    metadata: {
      name: nodeName,
      annotations: {
        [annotations.owner]: owner,
        [annotations.serverId]: serverIds.ours,
        ...(isLeaving && { [annotations.cordonedBy]: owner }),
      },
    },
    spec: { providerID: `openstack:///${serverIds.ours}`, ...(isLeaving && { unschedulable: true }) },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  };
  api.write("nodes", given, fieldManager);
  for (let i = 0; i < pods; i += 1) world.put("pods", webPod(`web-${i}`, nodeName), "user");
}

function addServer({ world }: Setting, whose: "ours" | "another's"): void {
  const metadata = { owner: whose === "ours" ? owner : stranger };
  const content = { id: serverIds[whose], name: nodeName, status: "ACTIVE", task: null, metadata, ports: [] } as const;
  new CloudStore(world, "servers").put(content.id, { ...content, created: world.now() }, "user");
}

function addPort({ world }: Setting, index: number, { owner: whose, usedBy }: PortCase): void {
  const id = `port-${index}`;
  const description = { ours: portDescription(owner, []), "another's": portDescription(stranger, []), "nobody's": "" };
  const device_id = usedBy === "nobody" ? "" : serverIds[usedBy];
  const port = {
    id,
    name: portName(nodeName, index),
    description: description[whose],
    device_id,
    ip: `10.0.0.${index}`,
  };
  new CloudStore(world, "ports").put(id, port, "user");
}
