/** @shared workers of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as kube from "../support/cluster/cluster.ts";
import { bootOf } from "../support/machines/faults.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { parseState, type State } from "../support/stored-state.ts";

const own = new OwnPool("lost");
const workers = [0, 1, 2].map(own.worker);
const [first = ""] = workers;

const portIds = async (): Promise<string[]> => (await own.ports()).map(({ id }) => id).toSorted();

/** Everything that makes a worker what it is: it is another one when any of it changes. */
async function identities(): Promise<unknown> {
  const servers = await own.serverIds();
  return {
    servers,
    ports: await portIds(),
    nodes: await Promise.all(workers.map(async (name) => (await kube.node(name))?.metadata?.uid)),
    boots: await Promise.all([...servers.values()].map(bootOf)),
  };
}

const without = (state: State, isLost: (urn: string) => boolean): State => ({
  ...state,
  deployment: { ...state.deployment, resources: state.deployment.resources.filter(({ urn }) => !isLost(urn)) },
});

const portType = "openstack:networking/port:Port";

describe("GIVEN workers that serve, and that the state has lost", () => {
  let project: Project;
  let before: unknown;
  let whole: State;

  beforeAll(async () => {
    project = await Project.withPool("lost-state", { name: own.name, replicas: workers.length });
    succeeded(await project.up());
    before = await identities();
    whole = parseState(await project.storedState());
  });
  afterAll(async () => {
    await project.destroy();
  });

  const urnOf = (type: string, name: string): string =>
    whole.deployment.resources.find((each) => each.type === type && each.urn.endsWith(`::${name}`))?.urn ?? "";

  describe.each<[string, (urn: string) => boolean]>([
    ["with all of them", () => true],
    [
      "with one whose creation was answered too late, and what comes after it",
      (urn) =>
        urn.includes("PoolMembership") ||
        (urn.endsWith(`::${first}`) && /(compute\/instance:Instance|NodeDrain|OpenShiftNode)::/.test(urn)),
    ],
  ])("WHEN that is the state %s, and up follows", (_, isLost) => {
    let preview = "";
    beforeAll(async () => {
      // the container's key is that of the last command that created it
      whole = parseState(await project.storedState());
      await project.importState(JSON.stringify(without(whole, isLost)));
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says what is taken over, and replaces and deletes nothing", () => {
      expect(preview).toContain(`${first}: taken over (server ${first} (id `);
      expect(preview).toMatch(/import/);
      expect(preview).not.toMatch(/\b(replace|delete)\b/);
    });

    test("THEN ports, servers and Nodes are the same, and the machines have run all the time", async () => {
      expect(await identities()).toEqual(before);
    });

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });

    test("THEN a refresh changes nothing", async () => {
      succeeded(await project.refresh("--expect-no-changes"));
    });
  });

  describe("WHEN a worker that was taken over is replaced by --replace with a pattern", () => {
    let replaced: ReadonlyMap<string, string>;
    let ports: readonly string[];
    beforeAll(async () => {
      ports = await portIds();
      succeeded(await project.up("--replace", `**:Instance::${first}`));
      replaced = await own.serverIds();
    });

    test("THEN it has another server, and the others stay", () => {
      const { servers } = before as { servers: ReadonlyMap<string, string> };
      const same = workers.map((name) => replaced.get(name) === servers.get(name));
      expect(same).toEqual([false, true, true]);
    });

    test("THEN the ports stay", async () => {
      expect(await portIds()).toEqual(ports);
    });
  });

  describe("WHEN the port of a worker that was taken over is replaced by --replace", () => {
    const [, second = ""] = workers;
    let after: ReadonlyMap<string, string>;
    beforeAll(async () => {
      succeeded(await project.up("--replace", urnOf(portType, `${second}-port-0`)));
      after = await own.serverIds();
    });

    test("THEN its server is replaced with it, which its Node left before", () => {
      const { servers } = before as { servers: ReadonlyMap<string, string> };
      expect(after.get(second)).not.toBe(servers.get(second));
    });

    test("THEN every worker serves", async () => {
      const nodes = await Promise.all(workers.map((name) => kube.node(name)));
      expect(nodes.map((node) => node !== undefined && kube.isReady(node))).toEqual([true, true, true]);
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
