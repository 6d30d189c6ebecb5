import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { workerName } from "../../../components/ports/names.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster as lab, openstack } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { pointerOf } from "../support/cloud/payload.ts";
import { type Config, Project, succeeded } from "../support/project.ts";
import { meanwhile, until } from "../support/wait.ts";

const names = [0, 1].map((i) => workerName(lab.infraId, "roll", i));
const [first = ""] = names;

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
    .map(({ metadata }) => metadata?.name ?? "");

const serverIds = async (): Promise<Map<string, string>> =>
  new Map((await cloud.servers()).map(({ name, id }) => [name, id]));

describe("GIVEN two serving workers that have booted with a fragment", () => {
  let project: Project;

  const configure = async (ignition: object, change: Config = {}): Promise<void> =>
    project.configure({
      pools: await project.pools({ name: "roll", ignition: { urlLifetime: "10m", ...ignition }, ...change }),
    });

  /** Runs `up` and returns how many workers served when the fewest did. */
  async function roll(): Promise<number> {
    const seen: number[] = [];
    const ended = new AbortController();
    const rolling = project.up().finally(() => ended.abort());
    await meanwhile(rolling, async () => {
      while (!ended.signal.aborted) {
        seen.push((await serving()).length);
        await sleep(300);
      }
    });
    succeeded(await rolling);
    return Math.min(...seen);
  }

  /** The preview, which replaces both workers and updates no server in place. */
  async function previewOfRoll(): Promise<string> {
    const preview = succeeded(await project.preview());
    for (const name of names) {
      expect(preview).toMatch(new RegExp(`\\+-\\s+openstack:compute:Instance ${name} replace`));
      expect(preview).toMatch(new RegExp(`\\+-\\s+openshift-node:index:OpenShiftNode ${name} replace`));
    }
    expect(preview).not.toMatch(/~\s+openstack:compute:Instance/);
    return preview;
  }

  async function expectOthers(before: ReadonlyMap<string, string>): Promise<void> {
    const after = await serverIds();
    expect([...after.keys()].sort()).toEqual(names);
    for (const name of names) expect(after.get(name)).not.toBe(before.get(name));
    expect((await serving()).sort()).toEqual(names);
    succeeded(await project.up("--expect-no-changes"));
  }

  beforeAll(async () => {
    project = await Project.create("rollout");
    await configure({ fragments: [fragment("a")] });
    succeeded(await project.up());
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("WHEN the URL is signed anew, for longer THEN nothing changes", async () => {
    await configure({ fragments: [reversed("a")], urlLifetime: "20m" });
    const preview = succeeded(await project.preview("--expect-no-changes"));
    for (const name of names) expect(preview).not.toContain(`${name}: `);
  });

  test("WHEN the fragment is edited THEN the workers are kept as they are, and a line says so", async () => {
    const before = await serverIds();
    await configure({ fragments: [fragment("b")] });
    const kept = (name: string): string =>
      `${name}: kept (its Ignition config predates the edit; set ignition.onChange: replace to renew it)`;
    const preview = succeeded(await project.preview());
    for (const name of names) expect(preview).toContain(kept(name));
    expect(preview).not.toMatch(/compute:Instance|OpenShiftNode/);
    succeeded(await project.up());
    expect(await serverIds()).toEqual(before);
    expect(succeeded(await project.preview("--expect-no-changes"))).toContain(kept(first));
  });

  test("WHEN the state is of a release that did not know what a server booted with THEN nothing changes, unless it is to be replaced", async () => {
    const exported = path.join(project.folder, "state.json");
    const forgotten = path.join(project.folder, "forgotten.json");
    succeeded(await project.pulumi("stack", "export", "--file", exported));
    const known = /"ignition": "[0-9a-f]{16}",\s*/g;
    const state = await readFile(exported, "utf8");
    expect(state).toMatch(known);
    await writeFile(forgotten, state.replaceAll(known, ""));
    succeeded(await project.pulumi("stack", "import", "--file", forgotten));
    succeeded(await project.preview("--expect-no-changes"));
    await configure({ fragments: [fragment("b")], onChange: "replace" });
    await previewOfRoll();
    succeeded(await project.pulumi("stack", "import", "--file", exported));
  });

  test("WHEN it is to replace THEN up rolls the workers, drained, one after the other, onto the new payload", async () => {
    await configure({ fragments: [fragment("b")], onChange: "replace" });
    const before = await serverIds();
    const replaced = `replace, drained (its Ignition config predates the edit)`;
    const preview = await previewOfRoll();
    for (const name of names) expect(preview).toContain(`${name}: ${replaced}`);
    await kube.runReplicaSet("payload-guest", first);
    const pod = await until("the pod on the first worker", async () =>
      (await kube.podsOf("payload-guest")).find(
        ({ spec, status }) => spec?.nodeName === first && status?.phase === "Running",
      ),
    );
    const record = await kube.recordPods("payload-guest");
    expect(await roll()).toBe(1);
    record.stop();
    await kube.removeReplicaSet("payload-guest");
    const evicted = record.states
      .filter(({ metadata }) => metadata?.uid === pod.metadata?.uid)
      .flatMap(({ status }) => status?.conditions ?? [])
      .some(({ reason }) => reason === "EvictionByEvictionAPI");
    expect(evicted).toBe(true);
    await expectOthers(before);
    const payloads = await Promise.all([...(await serverIds()).values()].map(async (id) => (await pointerOf(id)).hash));
    expect(new Set(payloads).size).toBe(1);
  });

  test("WHEN what it does is edited back THEN nothing changes", async () => {
    await configure({ fragments: [fragment("b")] });
    const preview = succeeded(await project.preview("--expect-no-changes"));
    for (const name of names) expect(preview).not.toContain(`${name}: `);
  });

  test("WHEN the image is edited THEN the preview replaces both servers and updates none in place", async () => {
    await configure({ fragments: [fragment("b")] }, { image: openstack.nextImage });
    const preview = await previewOfRoll();
    for (const name of names) expect(preview).toContain(`${name}: replace, drained (image `);
  });

  test("WHEN up runs THEN one worker after the other is drained and replaced, and one serves all the time", async () => {
    await configure({ fragments: [fragment("b")] }, { image: openstack.nextImage });
    const before = await serverIds();
    expect(await roll()).toBe(1);
    await expectOthers(before);
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});
