import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { KubeConfig } from "@kubernetes/client-node";
import { leftovers } from "../lab/leftovers.ts";
import { cluster as lab, machineNetwork } from "../lab/settings.ts";
import { cloud } from "./support/cloud.ts";
import * as kube from "./support/cluster.ts";
import { kubeletOf, strayNode } from "./support/identity.ts";
import * as impostor from "./support/impostor.ts";
import { Project, succeeded } from "./support/project.ts";
import { meanwhile, until } from "./support/wait.ts";

const first = `${lab.infraId}-strangers-0`;
const second = `${lab.infraId}-strangers-1`;
const foreignIp = machineNetwork.ingressVip;

/** A request that must stay pending, and the rules by which it is reported: none where it is about no worker of ours. */
interface Case extends Omit<impostor.Impostor, "nodeName"> {
  readonly nodeName?: string;
  readonly rules: readonly string[];
}

const early: Case = { name: "before-its-server", rules: ["window"] };

/** Filed while the machines boot: in the first worker's name, unless another is said, by the bootstrap credential. */
const atTheJoin = (rogue: KubeConfig, address: string): Case[] => [
  { name: "other-user", as: "stranger", rules: ["user"] },
  { name: "other-group", group: "acme", rules: ["groups"] },
  { name: "other-case", commonName: `system:node:${first.toUpperCase()}`, rules: ["common-name"] },
  { name: "other-organization", organizations: ["acme"], rules: ["organization"] },
  { name: "two-organizations", organizations: ["system:nodes", "system:masters"], rules: ["organization"] },
  { name: "with-dns-name", dns: ["evil.example.test"], rules: ["names"] },
  { name: "with-own-name", dns: [first], rules: ["names"] },
  { name: "with-address", ips: [address], rules: ["names"] },
  { name: "with-email", emails: ["root@example.test"], rules: ["names"] },
  { name: "with-uri", uris: ["spiffe://example.test/evil"], rules: ["names"] },
  { name: "to-serve-as-client", usages: ["digital signature", "server auth"], rules: ["usages"] },
  { name: "to-sign", usages: ["digital signature", "client auth", "cert sign"], rules: ["usages"] },
  { name: "other-signer", signer: "example.test/any", rules: [] },
  { name: "no-server", nodeName: `${lab.infraId}-strangers-7`, rules: [] },
  { name: "serving-by-bootstrapper", signer: "serving", dns: [first], rules: ["user"] },
  { name: "name-by-other-node", as: rogue, signer: "serving", nodeName: "rogue-0", dns: [first], rules: ["user"] },
  { name: "address-by-other-node", as: rogue, signer: "serving", nodeName: "rogue-0", ips: [address], rules: ["user"] },
];

/** A worker whose machine somebody has broken into. */
interface Captured {
  readonly kubelet: KubeConfig;
  readonly address: string;
}

/** Filed when both have joined, by whoever has broken into their machines. */
const afterwards = ({ kubelet, address }: Captured, other: Captured): Case[] => [
  { name: "second-key", rules: ["node-absent"] },
  {
    name: "foreign-name",
    as: kubelet,
    signer: "serving",
    dns: [first, lab.apiInternal],
    ips: [address],
    rules: ["names"],
  },
  { name: "foreign-address", as: kubelet, signer: "serving", dns: [first], ips: [foreignIp], rules: ["names"] },
  { name: "no-name", as: kubelet, signer: "serving", rules: ["names"] },
  {
    name: "serving-to-call",
    as: kubelet,
    signer: "serving",
    dns: [first],
    usages: ["digital signature", "client auth"],
    rules: ["usages"],
  },
  { name: "two-in-one", as: kubelet, signer: "serving", dns: [first], spoil: impostor.twice, rules: ["readable"] },
  // each with the other's name and address: reported by both workers
  {
    name: "swapped-first",
    as: kubelet,
    signer: "serving",
    dns: [second],
    ips: [other.address],
    rules: ["names", "user"],
  },
  {
    name: "swapped-second",
    as: other.kubelet,
    signer: "serving",
    nodeName: second,
    dns: [first],
    ips: [address],
    rules: ["names", "user"],
  },
];

/** Ms by which the clocks of cloud and cluster may differ. */
const clockSkew = 10_000;

/** Waits until a server that is made from now on is younger than the request, whatever the clocks say. */
async function clocksCannotExplain(request: string): Promise<void> {
  const created = (await kube.csr(request))?.metadata?.creationTimestamp;
  await sleep((created?.getTime() ?? 0) + clockSkew + 1000 - Date.now());
}

const addressOf = async (worker: string): Promise<string> => {
  const port = (await cloud.ports()).find(({ name }) => name.startsWith(`${worker}-port`));
  return port?.fixed_ips[0]?.ip_address ?? "";
};

async function capture(worker: string): Promise<Captured> {
  const server = (await cloud.servers()).find(({ name }) => name === worker);
  return { kubelet: await kubeletOf(server?.id ?? ""), address: await addressOf(worker) };
}

describe("GIVEN strangers who want to join in a worker's name", () => {
  let project: Project;
  let rogue: KubeConfig;
  const filed: Case[] = [];

  async function file(cases: readonly Case[]): Promise<void> {
    filed.push(...cases);
    await Promise.all(cases.map((it) => impostor.file({ nodeName: first, ...it })));
  }

  const names = (): string[] => filed.map(({ name }) => name);

  /** What was reported of each, in the form of what should be. */
  const reports = (output: string, cases: readonly Case[]): Record<string, readonly string[]> =>
    Object.fromEntries(cases.map(({ name }) => [name, impostor.reported(output, name).sort()]));
  const expected = (cases: readonly Case[]): Record<string, readonly string[]> =>
    Object.fromEntries(cases.map(({ name, rules }) => [name, rules]));

  beforeAll(async () => {
    await file([early]);
    await impostor.admitStranger();
    rogue = await strayNode("rogue-0");
    project = await Project.create("strangers");
    await project.configure({ pools: await project.pools({ name: "strangers" }) });
    await clocksCannotExplain(early.name);
  });
  afterAll(async () => {
    await impostor.withdraw(names());
    await impostor.dismissStranger();
    await project.destroy();
  });

  test("WHEN they ask while the machines boot THEN the workers join, and every stranger is reported once", async () => {
    const attaching = meanwhile(project.up(), async () => {
      await until("the first worker's server", async () => (await cloud.servers()).find(({ name }) => name === first));
      await file(atTheJoin(rogue, await addressOf(first)));
    });
    expect(reports(succeeded(await attaching), filed)).toEqual(expected(filed));
    expect(await impostor.decided(names())).toEqual([]);
  });

  test("WHEN somebody asks with the workers' own keys, swapped too, THEN up leaves it pending and the nodes alone", async () => {
    const workers = [first, second];
    const before = await Promise.all(workers.map(kube.node));
    await file(afterwards(await capture(first), await capture(second)));
    await project.configure({ pools: await project.pools({ name: "strangers", drain: { timeout: "40s" } }) });
    expect(reports(succeeded(await project.up()), filed)).toEqual(expected(filed));
    expect(await impostor.decided(names())).toEqual([]);
    const after = await Promise.all(workers.map(kube.node));
    expect(after.map((node) => node?.metadata?.uid)).toEqual(before.map((node) => node?.metadata?.uid));
    expect(after.map((node) => node && kube.isReady(node))).toEqual([true, true]);
  });

  test("WHEN destroyed THEN nothing is left, and the strangers still wait", async () => {
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
    expect(await impostor.decided(names())).toEqual([]);
  });
});
