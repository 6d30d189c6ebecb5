import type { NodeObject } from "./objects.ts";
import type { PhaseTimeout } from "./timeline.ts";

/** Lines of a list in an error, so that a node full of pods does not bury the rest. */
const longest = 20;

/** A fault that the user can act on: its message stands for itself, without a stack. */
export class Refusal extends Error {}

/** A duration as a person says it: `45s`, `2m30s`, `1h5m`. */
export function seconds(value: number): string {
  const whole = Math.max(0, Math.round(value));
  if (whole < 60) return `${whole}s`;
  const parts = [
    [Math.floor(whole / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "m"],
    [whole < 3600 ? whole % 60 : 0, "s"],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join("");
}

/** What ended a phase, and the key that sets it. */
function ending(timeout: PhaseTimeout, verb: string): string {
  const { phase, capped, elapsed } = timeout;
  if (capped) return `not done after ${seconds(elapsed)}, ended by the resource's customTimeouts.${verb}`;
  return `not done within ${seconds(phase.bound.seconds)} (${phase.bound.key})`;
}

/** Where to look, by the phase that timed out. */
const hints: Record<string, string[]> = {
  boot: [
    "the server's console or its BMC: does it boot, and does Ignition get through?",
    "from the machine network: the payload's URL in Swift, and the Machine Config Server (port 22623) of the pointer",
    "the API server (api-int, port 6443) from the machine network, and its DNS name",
    "a server that had joined before and whose Node was deleted: it registers again when its kubelet is restarted",
  ],
  registration: [
    "kube-controller-manager: does it sign approved requests?",
    "the kubelet's journal on the server: can it reach the API server (api-int, port 6443)?",
  ],
  "serving CSR": [
    "the kubelet's journal on the server: it asks for a serving certificate once its Node has addresses",
    "the cloud controller: it gives the Node its addresses and its providerID",
  ],
  ready: [
    "the Node's conditions: the network plugin's pods on this node are what is usually missing",
    "the cloud controller: it sets the providerID and takes off the uninitialized taint",
  ],
};

/** The message of a join that ran out of time. */
export function joinTimeout(timeout: PhaseTimeout, node: string, seen: readonly string[], server: string): string {
  const { name } = timeout.phase;
  return [
    `node ${node}: phase "${name}" ${ending(timeout, "create")}; it waited for ${timeout.phase.awaiting()}.`,
    ...section("Last seen", seen),
    ...section("Look at", [`server ${server}`, ...(hints[name] ?? [])]),
    "The server is kept. Once the cause is gone, `pulumi up` goes on with the same server.",
  ].join("\n");
}

/** The message of a drain that ran out of time, or that its policy forbids. */
export function drainBlocked(reason: string, node: string, pods: readonly string[], keys: readonly string[]): string {
  return [
    `node ${node}: ${reason}. Its server is untouched, and the node stays cordoned.`,
    ...section("In the way", pods),
    ...section("To change", keys),
    "The same command goes on from here, with the same settings: a detach goes by those of the worker's last `pulumi up`. " +
      "To change them, put the worker back in the config, run `pulumi up` with the new values (it uncordons the node), " +
      "then detach it.",
  ].join("\n");
}

export function drainTimeout(timeout: PhaseTimeout, node: string, pods: readonly string[]): string {
  return drainBlocked(`phase "${timeout.phase.name}" ${ending(timeout, "delete")}`, node, pods, [
    `the bound: ${timeout.phase.bound.key}`,
  ]);
}

/** The message of an operation that the engine cancelled. */
export function cancelled(node: string, phase: string, kept: string): string {
  return `node ${node}: cancelled in phase "${phase}". ${kept}`;
}

export function describeNode(node: NodeObject | undefined, name: string): string {
  if (!node) return `no Node ${name}`;
  const conditions = (node.status?.conditions ?? []).map((it) => `${it.type}=${it.status}`).join(", ");
  const addresses = (node.status?.addresses ?? []).map((it) => `${it.type} ${it.address}`).join(", ");
  return `Node ${name}: conditions ${conditions || "none"}; addresses ${addresses || "none"}; providerID ${node.spec.providerID ?? "none"}`;
}

/** A titled list as lines of a message, cut when it is long. */
export function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > longest ? [`and ${lines.length - longest} more`] : [];
  return [`${title}:`, ...[...lines.slice(0, longest), ...more].map((line) => `  - ${line}`)];
}
