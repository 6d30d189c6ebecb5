/** As much of an event log as an update writes (pulumi/pulumi 3.276, as `pulumi up --event-log` was seen to write it). */

export const start = Date.parse("2026-01-01T12:00:00Z") / 1000;

const types = {
  claim: "openshift-node:index:NodeClaim",
  drain: "openshift-node:index:NodeDrain",
  node: "openshift-node:index:OpenShiftNode",
  server: "openstack:compute/instance:Instance",
  port: "openstack:networking/port:Port",
  component: "openstack-baremetal-compute:index:BaremetalServer",
} as const;

export type Kind = keyof typeof types;

export const urnOf = (kind: Kind, name: string): string =>
  `urn:pulumi:lab::openstack-baremetal-compute::openstack-baremetal-compute:index:WorkerPool$${types[kind]}::${name}`;

/** Writes events in the order of their times. */
export class EventLogWriter {
  readonly #events: { timestamp: number; rest: object }[] = [];

  #add(seconds: number, rest: object): this {
    this.#events.push({ timestamp: start + seconds, rest });
    return this;
  }

  begin(seconds: number, op: string, kind: Kind, name: string): this {
    const metadata = { op, urn: urnOf(kind, name), type: types[kind], old: null, new: null, provider: "" };
    return this.#add(seconds, { resourcePreEvent: { metadata } });
  }

  end(seconds: number, op: string, kind: Kind, name: string, event = "resOutputsEvent"): this {
    const metadata = { op, urn: urnOf(kind, name), type: types[kind], old: null, new: null, provider: "" };
    return this.#add(seconds, { [event]: { metadata } });
  }

  step(from: number, to: number, op: string, kind: Kind, name: string): this {
    return this.begin(from, op, kind, name).end(to, op, kind, name);
  }

  say(seconds: number, kind: Kind, name: string, message: string, change: object = { ephemeral: true }): this {
    const diagnosticEvent = { urn: urnOf(kind, name), message: `${message}\n`, severity: "info", ...change };
    return this.#add(seconds, { diagnosticEvent });
  }

  toString(): string {
    const sorted = this.#events.toSorted((a, b) => a.timestamp - b.timestamp);
    const lines = sorted.map(({ timestamp, rest }, sequence) => JSON.stringify({ sequence, timestamp, ...rest }));
    return `${lines.join("\n")}\n`;
  }
}

/** A worker's attach: a minute for all before its server, then the host, the build and the join. */
export function writeAttach(log: EventLogWriter, name: string, from: number, op = "create"): number {
  const server = from + 10;
  const node = server + 120;
  log.step(from, from + 2, op, "claim", name);
  log.step(from + 2, from + 10, op, "port", `${name}-port-0`);
  log.begin(server, op, "server", name);
  log.say(server, "component", name, "waiting for a free host: 1s of 60m; 1 cleaning");
  log.say(server + 30, "component", name, "waiting for a free host: 30s of 60m; 1 cleaning");
  log.end(node, op, "server", name);
  log.begin(node, op, "node", name);
  log.say(node, "node", name, "boot: 0s of 60m, waiting for the kubelet's client certificate request");
  log.say(node + 60, "node", name, "registration: 0s of 10m, waiting for the Node (done: boot 1m)");
  log.say(node + 65, "node", name, "serving CSR: 0s of 10m, waiting for the serving request (done: boot 1m)");
  log.say(node + 70, "node", name, "ready: 0s of 10m, waiting for the Node to be Ready (done: boot 1m)");
  log.end(node + 90, op, "node", name);
  return node + 90;
}

/** Its detach, in whose drain a PodDisruptionBudget is in the way. */
export function writeDetach(log: EventLogWriter, name: string, from: number, op = "delete"): number {
  log.begin(from, op, "node", name);
  log.say(from, "node", name, "cordon: 0s of 30m, waiting for the API server");
  log.say(
    from + 1,
    "node",
    name,
    "drain: 0s of 30m, waiting for pod shop/web-1 (ReplicaSet web): terminating (done: cordon 1s)",
  );
  log.say(
    from + 10,
    "node",
    name,
    "drain: 9s of 30m, waiting for pod shop/web-1 (ReplicaSet web): terminating (done: cordon 1s)",
  );
  log.say(from + 20, "node", name, "volumes: 0s of 30m, waiting for pv-1 (done: cordon 1s, drain 19s)");
  log.end(from + 25, op, "node", name);
  log.step(from + 25, from + 25, op, "drain", name);
  log.step(from + 25, from + 55, op, "server", name);
  log.step(from + 55, from + 57, op, "port", `${name}-port-0`);
  return from + 57;
}
