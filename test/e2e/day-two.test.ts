import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Node, V1Taint } from "@kubernetes/client-node";
import { leftovers } from "../lab/leftovers.ts";
import { cluster as lab } from "../lab/settings.ts";
import { cloud } from "./support/cloud.ts";
import * as kube from "./support/cluster.ts";
import { bootOf } from "./support/faults.ts";
import { forgetCertificate, restartKubelet } from "./support/machine.ts";
import { type Config, Project, succeeded } from "./support/project.ts";
import { until } from "./support/wait.ts";

const name = `${lab.infraId}-day-two-0`;
const role = "node-role.kubernetes.io/infra";
const dedicated = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
const uninitialized = "node.cloudprovider.kubernetes.io/uninitialized";

const has = (node: V1Node | undefined, { key, value, effect }: V1Taint): boolean =>
  node?.spec?.taints?.some((it) => it.key === key && it.effect === effect && (it.value ?? "") === (value ?? "")) ??
  false;

const labelsOf = (node: V1Node | undefined): Record<string, string> => node?.metadata?.labels ?? {};

describe("GIVEN a worker with labels and taints", () => {
  let project: Project;
  let uid: string | undefined;
  let boot: number | undefined;
  let server = "";

  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: "day-two", replicas: 1, ...pool }) });

  async function untouched(): Promise<void> {
    expect((await kube.node(name))?.metadata?.uid).toBe(uid);
    expect(await bootOf(server)).toBe(boot);
  }

  /** `up` does not begin to wait for a Node that cannot come. */
  async function refusesAtOnce(): Promise<void> {
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    expect(output).not.toMatch(/waiting for/);
    expect(output).toMatch(new RegExp(`node ${name}: its Node is gone.*deleted`));
    expect(output).toContain("systemctl restart kubelet");
    expect(output).toContain("pulumi up --replace");
  }

  beforeAll(async () => {
    project = await Project.create("day-two");
    await configure({ labels: { [role]: "", rack: "r1" }, taints: [dedicated] });
  });
  afterAll(async () => {
    await project.destroy();
  });

  test("WHEN up runs THEN the Node has them before it is Ready, beside what the cloud controller sets and removes", async () => {
    const record = await kube.recordNodes(name);
    succeeded(await project.up());
    record.stop();
    const ready = record.states.find(kube.isReady);
    expect(labelsOf(ready)).toMatchObject({ [role]: "", rack: "r1" });
    expect(has(ready, dedicated)).toBe(true);
    const marked = record.states.findIndex((it) => has(it, dedicated));
    expect(record.states.slice(marked).every((it) => has(it, dedicated))).toBe(true);
    const initializing = record.states.filter((it) => it.spec?.taints?.some(({ key }) => key === uninitialized));
    expect(initializing.length).toBeGreaterThan(0);
    const node = await kube.node(name);
    expect(node?.spec?.taints).toEqual([dedicated]);
    uid = node?.metadata?.uid;
    server = (await cloud.servers())[0]?.id ?? "";
    boot = await bootOf(server);
  });

  test("WHEN somebody removes ours and adds their own THEN the next up repairs ours and leaves theirs", async () => {
    const theirs = { key: "maintenance", value: "fan", effect: "PreferNoSchedule" };
    await kube.editNode(name, ({ metadata, spec }) => {
      const labels = metadata?.labels ?? {};
      Object.assign(labels, { rack: "r9", team: "blue" });
      Reflect.deleteProperty(labels, role);
      if (spec) spec.taints = [theirs];
    });
    succeeded(await project.up());
    const node = await kube.node(name);
    expect(labelsOf(node)).toMatchObject({ [role]: "", rack: "r1", team: "blue" });
    expect(has(node, dedicated) && has(node, theirs)).toBe(true);
    succeeded(await project.up("--expect-no-changes"));
    await untouched();
  });

  test("WHEN they go from the config THEN they go from the Node, and what others set stays", async () => {
    await configure({ labels: { rack: "r2" } });
    succeeded(await project.up());
    const node = await kube.node(name);
    expect(labelsOf(node)).toMatchObject({ rack: "r2", team: "blue" });
    expect(Object.keys(labelsOf(node))).not.toContain(role);
    expect(node?.spec?.taints?.map(({ key }) => key)).toEqual(["maintenance"]);
    await untouched();
  });

  test("WHEN somebody deletes the Node while its server runs THEN up and refresh say so at once and what to do", async () => {
    await kube.core.deleteNode({ name });
    await refusesAtOnce();
    succeeded(await project.refresh());
    await refusesAtOnce();
  });

  test("WHEN its kubelet is restarted THEN up completes with the same server, and the Node is marked again", async () => {
    await restartKubelet(server);
    await until("the Node", () => kube.node(name));
    succeeded(await project.up());
    const node = await kube.node(name);
    expect(node && kube.isReady(node)).toBe(true);
    expect(labelsOf(node)).toMatchObject({ rack: "r2" });
    expect(await bootOf(server)).toBe(boot);
    expect((await cloud.servers()).map(({ id }) => id)).toEqual([server]);
  });

  test("WHEN its kubelet's certificate has lapsed THEN up lets it back in", async () => {
    const before = await kube.node(name);
    await restartKubelet(server, forgetCertificate);
    await until("silence", async () => kube.readyStatus(await kube.node(name)) === "Unknown" || undefined, 90);
    succeeded(await project.up());
    const node = await kube.node(name);
    expect(node && kube.isReady(node)).toBe(true);
    expect(node?.metadata?.uid).toBe(before?.metadata?.uid);
    expect(await bootOf(server)).toBe(boot);
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});
