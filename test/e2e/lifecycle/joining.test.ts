import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Node, V1Taint } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster as lab } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { bootOf } from "../support/machines/faults.ts";
import { kubeletOf, strayNode } from "../support/cluster/identity.ts";
import * as impostor from "../support/cluster/impostor.ts";
import { forgetCertificate, restartKubelet } from "../support/machines/machine.ts";
import { type Config, Project, succeeded } from "../support/project.ts";
import { afterwards, atTheJoin, type Captured, Crowd, early } from "../support/cluster/strangers.ts";
import { meanwhile, until } from "../support/wait.ts";

/** In its name the strangers ask. */
const courted = `${lab.infraId}-joining-0`;
/** To it all the rest happens. */
const name = `${lab.infraId}-joining-1`;

const role = "node-role.kubernetes.io/infra";
const dedicated = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
const uninitialized = "node.cloudprovider.kubernetes.io/uninitialized";

/** Ms by which the clocks of cloud and cluster may differ. */
const clockSkew = 10_000;

const has = (node: V1Node | undefined, { key, value, effect }: V1Taint): boolean =>
  node?.spec?.taints?.some((it) => it.key === key && it.effect === effect && (it.value ?? "") === (value ?? "")) ??
  false;

const isUninitialized = (node: V1Node): boolean => node.spec?.taints?.some(({ key }) => key === uninitialized) ?? false;

const labelsOf = (node: V1Node | undefined): Record<string, string> => node?.metadata?.labels ?? {};

/** Waits until a server that is made from now on is younger than the request, whatever the clocks say. */
async function clocksCannotExplain(request: string): Promise<void> {
  const created = (await kube.csr(request))?.metadata?.creationTimestamp;
  await sleep((created?.getTime() ?? 0) + clockSkew + 1000 - Date.now());
}

const addressOf = async (worker: string): Promise<string> => {
  const port = (await cloud.ports()).find((it) => it.name.startsWith(`${worker}-port`));
  return port?.fixed_ips[0]?.ip_address ?? "";
};

const serverOf = async (worker: string): Promise<string> =>
  (await cloud.servers()).find((it) => it.name === worker)?.id ?? "";

const capture = async (worker: string): Promise<Captured> => ({
  name: worker,
  address: await addressOf(worker),
  kubelet: await kubeletOf(await serverOf(worker)),
});

describe("GIVEN two workers that join among strangers", () => {
  let project: Project;
  const crowd = new Crowd();
  let uid: string | undefined;
  let boot: number | undefined;
  let server = "";
  let states: readonly V1Node[] = [];

  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: "joining", ...pool }) });

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
    await crowd.file([early], courted);
    await impostor.admitStranger();
    project = await Project.create("joining");
    await configure({ labels: { [role]: "", rack: "r1" }, taints: [dedicated] });
    await clocksCannotExplain(early.name);
  });
  afterAll(async () => {
    await crowd.withdraw();
    await impostor.dismissStranger();
    await project.destroy();
  });

  test("WHEN up runs THEN both join, and every stranger waits and is reported once with the rule that it fails", async () => {
    const record = await kube.recordNodes(name);
    const rogue = await strayNode("rogue-0");
    const attaching = meanwhile(project.up(), async () => {
      await until("the courted worker's server", async () => (await serverOf(courted)) || undefined);
      await crowd.file(atTheJoin(rogue, { name: courted, address: await addressOf(courted) }), courted);
    });
    expect(crowd.reports(succeeded(await attaching))).toEqual(crowd.rules);
    expect(await crowd.decided()).toEqual([]);
    record.stop();
    states = record.states;
    uid = (await kube.node(name))?.metadata?.uid;
    server = await serverOf(name);
    boot = await bootOf(server);
  });

  test("WHEN a Node takes pods THEN it has the pool's labels and taints, beside what the cloud controller sets and removes", async () => {
    // a kubelet of the lab has no network plugin to wait for: it may be Ready before anybody can have seen its Node
    const initialized = states.findIndex((it) => kube.isReady(it) && !isUninitialized(it));
    expect(labelsOf(states[initialized])).toMatchObject({ [role]: "", rack: "r1" });
    const marked = states.findIndex((it) => has(it, dedicated));
    expect(marked).toBeLessThanOrEqual(initialized);
    expect(states.slice(marked).every((it) => has(it, dedicated))).toBe(true);
    expect(states.some(isUninitialized)).toBe(true);
    // the node lifecycle controller takes its own taints away only after the Node is Ready
    const ours = (await kube.node(name))?.spec?.taints?.filter(({ key }) => !key.startsWith("node.kubernetes.io/"));
    expect(ours).toEqual([dedicated]);
  });

  test("WHEN strangers ask with the workers' own keys, swapped too, THEN up leaves them waiting and the nodes alone", async () => {
    await crowd.file(afterwards(await capture(courted), await capture(name)), courted);
    await configure({ labels: { [role]: "", rack: "r2" }, taints: [dedicated] });
    expect(crowd.reports(succeeded(await project.up()))).toEqual(crowd.rules);
    expect(await crowd.decided()).toEqual([]);
    const nodes = await Promise.all([courted, name].map(kube.node));
    expect(nodes.map(kube.readyStatus)).toEqual(["True", "True"]);
    await untouched();
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
    expect(labelsOf(node)).toMatchObject({ [role]: "", rack: "r2", team: "blue" });
    expect(has(node, dedicated) && has(node, theirs)).toBe(true);
    succeeded(await project.up("--expect-no-changes"));
    await untouched();
  });

  test("WHEN they go from the config THEN they go from the Node, and what others set stays", async () => {
    await configure({ labels: { rack: "r3" } });
    succeeded(await project.up());
    const node = await kube.node(name);
    expect(labelsOf(node)).toMatchObject({ rack: "r3", team: "blue" });
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
    expect(labelsOf(node)).toMatchObject({ rack: "r3" });
    expect(await bootOf(server)).toBe(boot);
    expect(await serverOf(name)).toBe(server);
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

  test("WHEN destroyed THEN nothing is left, and the strangers still wait", async () => {
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
    expect(await crowd.decided()).toEqual([]);
  });
});
