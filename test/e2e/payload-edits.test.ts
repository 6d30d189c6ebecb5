import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { workerName } from "../../components/ports/names.ts";
import { leftovers } from "../lab/leftovers.ts";
import { cluster as lab } from "../lab/settings.ts";
import { cloud } from "./support/cloud.ts";
import * as kube from "./support/cluster.ts";
import { pointerOf } from "./support/payload.ts";
import { Project, succeeded } from "./support/project.ts";
import { meanwhile, until } from "./support/wait.ts";

const names = [0, 1].map((i) => workerName(lab.infraId, "payload", i));
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

describe("GIVEN two workers that have booted with a fragment", () => {
  let project: Project;

  const configure = async (ignition: object): Promise<void> =>
    project.configure({
      pools: await project.pools({ name: "payload", ignition: { urlLifetime: "10m", ...ignition } }),
    });
  const serverIds = async (): Promise<Map<string, string>> =>
    new Map((await cloud.servers()).map(({ name, id }) => [name, id]));
  const serving = async (): Promise<string[]> =>
    (await kube.core.listNode()).items
      .filter((node) => kube.isReady(node) && !node.spec?.unschedulable)
      .map(({ metadata }) => metadata?.name ?? "");

  beforeAll(async () => {
    project = await Project.create("payload-edits");
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
      `${name}: kept (its Ignition config is of before the edit; ignition.onChange: replace renews it)`;
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
    expect(succeeded(await project.preview())).toMatch(
      new RegExp(`\\+-\\s+openstack:compute:Instance ${first} replace`),
    );
    succeeded(await project.pulumi("stack", "import", "--file", exported));
  });

  test("WHEN it is to replace THEN up rolls the workers, drained, one after the other, onto the new payload", async () => {
    await configure({ fragments: [fragment("b")], onChange: "replace" });
    const before = await serverIds();
    const replaced = `replace, drained (its Ignition config is of before the edit)`;
    const preview = succeeded(await project.preview());
    for (const name of names) {
      expect(preview).toContain(`${name}: ${replaced}`);
      expect(preview).toMatch(new RegExp(`\\+-\\s+openshift-node:index:OpenShiftNode ${name} replace`));
    }
    expect(preview).not.toMatch(/~\s+openstack:compute:Instance/);
    await kube.runReplicaSet("payload-guest", first);
    const pod = await until("the pod on the first worker", async () =>
      (await kube.podsOf("payload-guest")).find(
        ({ spec, status }) => spec?.nodeName === first && status?.phase === "Running",
      ),
    );
    const record = await kube.recordPods("payload-guest");
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
    record.stop();
    await kube.removeReplicaSet("payload-guest");
    expect(Math.min(...seen)).toBe(1);
    const evicted = record.states
      .filter(({ metadata }) => metadata?.uid === pod.metadata?.uid)
      .flatMap(({ status }) => status?.conditions ?? [])
      .some(({ reason }) => reason === "EvictionByEvictionAPI");
    expect(evicted).toBe(true);
    const after = await serverIds();
    const payloads = await Promise.all([...after.values()].map(async (id) => (await pointerOf(id)).hash));
    for (const name of names) expect(after.get(name)).not.toBe(before.get(name));
    expect(new Set(payloads).size).toBe(1);
    succeeded(await project.up("--expect-no-changes"));
  });

  test("WHEN what it does is edited back THEN nothing changes", async () => {
    await configure({ fragments: [fragment("b")] });
    const preview = succeeded(await project.preview("--expect-no-changes"));
    for (const name of names) expect(preview).not.toContain(`${name}: `);
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});
