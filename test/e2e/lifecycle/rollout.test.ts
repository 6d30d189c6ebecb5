/** @shared two workers of a pool of its own, with their pods */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Pod } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { openstack } from "../../lab/settings.ts";
import { pointerOf } from "../support/cloud/payload.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as work from "../support/cluster/workloads.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, succeeded } from "../support/project.ts";
import { meanwhile } from "../support/wait.ts";

const own = new OwnPool("roll");
const names = [0, 1].map(own.worker);
const [first = ""] = names;

const guest = "payload-guest";

/** A fragment that leaves a file on a machine's disk. */
const fragment = (content: string): object => ({
  ignition: { version: "3.2.0" },
  storage: { files: [{ path: "/etc/payload-edit", contents: { source: `data:,${content}` } }] },
});
/** The same to Ignition, written down the other way round. */
const reversed = (content: string): object => {
  const { ignition, storage } = fragment(content) as Record<string, unknown>;
  return { storage, ignition };
};

const serving = async (): Promise<string[]> =>
  (await kube.core.listNode()).items
    .filter((node) => kube.isReady(node) && !node.spec?.unschedulable)
    .map(({ metadata }) => metadata?.name ?? "")
    .filter((name) => names.includes(name));

describe("GIVEN two serving workers that have booted with a fragment", () => {
  let project: Project;

  const configure = async (ignition: object, change: Config = {}): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, ignition, ...change }) });

  /** Runs `up` and returns how many workers served when the fewest did, and what it printed. */
  async function roll(): Promise<[number, string]> {
    const seen: number[] = [];
    const ended = new AbortController();
    const rolling = project.up().finally(() => ended.abort());
    await meanwhile(rolling, async () => {
      while (!ended.signal.aborted) {
        seen.push((await serving()).length);
        await sleep(300);
      }
    });
    const output = succeeded(await rolling);
    return [Math.min(...seen), output];
  }

  /** The preview replaces both workers, and updates no server in place. */
  function expectReplacements(preview: string): void {
    for (const name of names) {
      expect(preview).toMatch(new RegExp(`\\+-\\s+openstack:compute:Instance ${name} replace`));
      expect(preview).toMatch(new RegExp(`\\+-\\s+openshift-node:index:OpenShiftNode ${name} replace`));
    }
    expect(preview).not.toMatch(/~\s+openstack:compute:Instance/);
  }

  /** Both workers serve, each with another server than before. */
  async function expectOtherServers(before: ReadonlyMap<string, string>): Promise<void> {
    const after = await own.serverIds();
    expect([...after.keys()].sort()).toEqual(names);
    for (const name of names) expect(after.get(name)).not.toBe(before.get(name));
    expect((await serving()).sort()).toEqual(names);
  }

  beforeAll(async () => {
    project = await Project.create("rollout");
    await configure({ fragments: [fragment("a")] });
    succeeded(await project.up());
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("WHEN the URL is signed again, for longer THEN nothing changes", async () => {
    await configure({ fragments: [reversed("a")], urlLifetime: "1h" });
    const preview = succeeded(await project.preview("--expect-no-changes"));
    for (const name of names) expect(preview).not.toContain(`${name}: `);
  });

  describe("WHEN the fragment is edited", () => {
    const kept = (name: string): string =>
      `${name}: kept (its Ignition config predates the edit; set ignition.onChange: replace to renew it)`;
    let before: ReadonlyMap<string, string>;
    beforeAll(async () => {
      before = await own.serverIds();
      await configure({ fragments: [fragment("b")] });
    });

    test("THEN a line of the preview says that each worker is kept", async () => {
      const preview = succeeded(await project.preview());
      for (const name of names) expect(preview).toContain(kept(name));
      expect(preview).not.toMatch(/compute:Instance|OpenShiftNode/);
    });

    test("THEN up keeps the servers", async () => {
      succeeded(await project.up());
      expect(await own.serverIds()).toEqual(before);
    });

    test("THEN the preview after it changes nothing, and says so still", async () => {
      expect(succeeded(await project.preview("--expect-no-changes"))).toContain(kept(first));
    });
  });

  describe("WHEN the state is of a release that did not know what a server booted with", () => {
    let known = "";
    beforeAll(async () => {
      const ignition = /"ignition": "[0-9a-f]{16}",\s*/g;
      known = await project.storedState();
      expect(known).toMatch(ignition);
      await project.importState(known.replaceAll(ignition, ""));
    });
    afterAll(async () => {
      await project.importState(known);
    });

    test("THEN nothing changes", async () => {
      succeeded(await project.preview("--expect-no-changes"));
    });

    test("THEN both workers are replaced where an edit replaces", async () => {
      await configure({ fragments: [fragment("b")], onChange: "replace" });
      expectReplacements(succeeded(await project.preview()));
    });
  });

  describe("WHEN an edit of the fragment replaces the workers", () => {
    let before: ReadonlyMap<string, string>;
    let preview = "";
    let record: kube.Recording<V1Pod>;
    let pod: V1Pod | undefined;
    let fewest = 0;
    beforeAll(async () => {
      await configure({ fragments: [fragment("b")], onChange: "replace" });
      before = await own.serverIds();
      preview = succeeded(await project.preview());
      await work.replicaSet(guest, { only: names, rather: first });
      await work.running(first, [guest]);
      [pod] = await work.runningOn(guest, first);
      record = await kube.recordPods(guest);
      [fewest] = await roll();
      record.stop();
    });
    afterAll(() => work.remove([guest]));

    test("THEN the preview replaces both workers because of the edit", () => {
      expectReplacements(preview);
      for (const name of names)
        expect(preview).toContain(`${name}: replace, drained (its Ignition config predates the edit)`);
    });

    test("THEN up evicts the pod on the first worker", () => {
      expect(pod).toBeDefined();
      expect(work.evictionOf(record, pod)).toBeDefined();
    });

    test("THEN one worker serves all the time", () => {
      expect(fewest).toBe(1);
    });

    test("THEN both serve with another server", () => expectOtherServers(before));

    test("THEN both have booted with the same payload", async () => {
      const ids = [...(await own.serverIds()).values()];
      const payloads = await Promise.all(ids.map(async (id) => (await pointerOf(id)).hash));
      expect(new Set(payloads).size).toBe(1);
    });

    test("THEN the URL of the second was signed after the first had come back", async () => {
      const servers = await own.serverIds();
      const [expiry = 0, later = 0] = await Promise.all(
        names.map(async (name) => {
          const { source } = await pointerOf(servers.get(name) ?? "");
          return Number(new URL(source).searchParams.get("temp_url_expires"));
        }),
      );
      expect(expiry).toBeGreaterThan(0);
      expect(later).toBeGreaterThan(expiry);
    });

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  test("WHEN the key that replaces workers is removed again THEN nothing changes", async () => {
    await configure({ fragments: [fragment("b")] });
    const preview = succeeded(await project.preview("--expect-no-changes"));
    for (const name of names) expect(preview).not.toContain(`${name}: `);
  });

  test("WHEN one more is wanted, and --target leaves it out THEN up says so, and changes nothing", async () => {
    const before = await own.serverIds();
    await configure({ fragments: [fragment("b")] }, { replicas: 3 });
    const { ok, output } = await project.up("--target", `**${first}**`);
    expect(ok).toBe(false);
    expect(output).toContain(
      `If there is no error of ${own.worker(2)}, --target or --exclude has left out what is new: repeat pulumi up without it`,
    );
    expect(await own.serverIds()).toEqual(before);
  });

  describe("WHEN the image is edited", () => {
    beforeAll(async () => {
      await configure({ fragments: [fragment("b")] }, { image: openstack.nextImage });
    });

    test("THEN the preview replaces both servers and updates none in place", async () => {
      const preview = succeeded(await project.preview());
      expectReplacements(preview);
      for (const name of names) expect(preview).toContain(`${name}: replace, drained (image `);
    });

    describe("WHEN up runs", () => {
      let before: ReadonlyMap<string, string>;
      let fewest = 0;
      beforeAll(async () => {
        before = await own.serverIds();
        [fewest] = await roll();
      });

      test("THEN one worker serves all the time", () => {
        expect(fewest).toBe(1);
      });

      test("THEN both serve with another server", () => expectOtherServers(before));

      test("THEN another up changes nothing", async () => {
        succeeded(await project.up("--expect-no-changes"));
      });
    });
  });

  describe("WHEN the image is edited back, with a canary and half of the pool at a time", () => {
    const soak = 5;
    let before: ReadonlyMap<string, string>;
    let preview = "";
    let output = "";
    let fewest = 0;
    beforeAll(async () => {
      const rollout = { maxUnavailable: "50%", canary: { count: 1, soak: `${soak}s` } };
      await configure({ fragments: [fragment("b")] }, { rollout });
      before = await own.serverIds();
      preview = succeeded(await project.preview());
      [fewest, output] = await roll();
    });

    test("THEN the preview names the canary and the waves", () => {
      expect(preview).toContain(
        `pool ${own.name}: 2 serving workers replaced in 2 waves of at most 1; canary: ${first}, Ready for ${soak}s before the others are replaced`,
      );
    });

    test("THEN up tells the waves, and what is left of the soak", () => {
      expect(output).toContain(`replacing ${first} as canary; 0 of 2 workers are in place, not begun: ${names[1]}`);
      expect(output).toContain(`canary ${first} Ready, ${soak}s left of its soak of ${soak}s`);
      expect(output).toContain(`replacing ${names[1]}; 1 of 2 workers are in place, not begun: none`);
    });

    test("THEN the second server is created when the canary's Node has been Ready for the soak", async () => {
      const ready = (await kube.node(first))?.status?.conditions?.find(({ type }) => type === "Ready");
      const second = (await own.servers()).find(({ name }) => name === names[1]);
      const waited = Date.parse(second?.created ?? "") - (ready?.lastTransitionTime?.getTime() ?? Infinity);
      // both are whole seconds
      expect(waited).toBeGreaterThanOrEqual((soak - 1) * 1000);
    });

    test("THEN one worker serves all the time", () => {
      expect(fewest).toBe(1);
    });

    test("THEN both serve with another server", () => expectOtherServers(before));

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
