import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { findingsOf } from "../../../../infra/status/findings.ts";
import {
  cloudOf,
  clusterOf,
  compared,
  nodeStatus,
  portStatus,
  serverStatus,
  stateContainer,
  stateNode,
  stateOf,
  statePort,
  stateServer,
  worker,
} from "../../../support/observations.ts";
import { answer, owner } from "../../../support/preflight-facts.ts";

/**
 * What a worker's name has in the world. `healthy`: state, cloud and cluster agree; `another's`: the same of another stack, or
 * of nobody; else this stack's objects that are in neither config nor state.
 */
const fates = [
  "healthy",
  "another's",
  "server",
  "server and port",
  "server, port and Node",
  "port",
  "container",
  "Node",
] as const;
type Fate = (typeof fates)[number];

const has = (fate: Fate, what: string): boolean => fate.includes(what);

/** A world of workers, each with its fate: the healthy ones first, since the config counts them. */
function worldOf(given: readonly Fate[], other: string | undefined) {
  const workers = given
    .toSorted((a, b) => Number(b === "healthy") - Number(a === "healthy"))
    .map((fate, i) => ({ fate, i, name: worker(i) }));
  const there = (fate: Fate, what: string): boolean => fate === "healthy" || fate === "another's" || has(fate, what);
  const by = (fate: Fate) => ({ owner: fate === "another's" ? other : owner });
  const servers = workers.filter(({ fate }) => there(fate, "server"));
  const ports = workers.filter(({ fate }) => there(fate, "port"));
  const containers = workers.filter(({ fate }) => there(fate, "container"));
  const nodes = workers.filter(({ fate }) => there(fate, "Node"));
  const healthy = workers.filter(({ fate }) => fate === "healthy");
  const containerOf = (i: number): string => `lab-7x2kq-p${i}-ignition-0000000${i % 10}`;
  const state = stateOf({
    servers: healthy.map(({ i, name }) => stateServer(`s${i}`, name)),
    ports: healthy.map(({ i, name }) => statePort(`p${i}`, `${name}-port-0`)),
    containers: healthy.map(({ i }) => stateContainer(containerOf(i))),
    nodes: healthy.map(({ i, name }) => stateNode(name, `s${i}`)),
  });
  const cloud = cloudOf(
    servers.map(({ i, name, fate }) => serverStatus(`s${i}`, name, by(fate))),
    ports.map(({ i, name, fate }) =>
      portStatus(`p${i}`, `${name}-port-0`, { ...by(fate), deviceId: there(fate, "server") ? `s${i}` : "" }),
    ),
    containers.map(({ i, fate }) => ({ name: containerOf(i), ...by(fate) })),
  );
  const cluster = clusterOf(nodes.map(({ i, name, fate }) => nodeStatus(name, `s${i}`, by(fate))));
  const orphans = workers
    .filter(({ fate }) => fate !== "healthy" && fate !== "another's")
    .flatMap(({ fate, i, name }) => [
      ...(has(fate, "server") ? [`s${i}`] : []),
      ...(has(fate, "port") ? [`p${i}`] : []),
      ...(has(fate, "container") ? [containerOf(i)] : []),
      ...(has(fate, "Node") ? [name] : []),
    ]);
  const observation = compared(state, { cloud: answer(cloud), cluster: answer(cluster) }, healthy.length);
  return { observation, orphans, live: nodes.map(({ i }) => `s${i}`) };
}

const worlds = fc.record({
  fates: fc.array(fc.constantFrom(...fates), { maxLength: 12 }),
  other: fc.constantFrom("a/b/c", undefined),
});

test("GIVEN any world WHEN it is compared THEN each orphan is named once, and nothing that is healthy or another's", () => {
  fc.assert(
    fc.property(worlds, ({ fates: given, other }) => {
      const { observation, orphans } = worldOf(given, other);
      const named = findingsOf(observation).flatMap(({ subjects }) => subjects);
      expect(named.toSorted()).toEqual(orphans.toSorted());
    }),
  );
});

test("GIVEN any world WHEN it is compared THEN no command deletes the server of a Node", () => {
  fc.assert(
    fc.property(worlds, ({ fates: given, other }) => {
      const { observation, live } = worldOf(given, other);
      const deleted = findingsOf(observation).flatMap(
        ({ command }) => /openstack server delete --wait (\S+)/.exec(command)?.[1] ?? [],
      );
      expect(deleted.filter((id) => live.includes(id))).toEqual([]);
    }),
  );
});

test("GIVEN any world of which cluster or cloud could not be read WHEN it is compared THEN nothing is to be deleted that it may have", () => {
  fc.assert(
    fc.property(worlds, fc.constantFrom("cluster", "cloud"), ({ fates: given, other }, part) => {
      const { observation } = worldOf(given, other);
      const commands = findingsOf({ ...observation, [part]: { error: "no answer" } }).map(({ command }) => command);
      const forbidden = part === "cluster" ? /server delete/ : /oc delete node/;
      expect(commands.filter((command) => forbidden.test(command))).toEqual([]);
    }),
  );
});
