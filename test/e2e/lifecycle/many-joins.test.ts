import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CertificatesV1Api } from "@kubernetes/client-node";
import type provider from "@pulumi/pulumi/proto/provider_pb.js";
import { readFile } from "node:fs/promises";
import {
  configureRequest,
  createRequest,
  type Plugin,
  propertiesOf,
  startPlugin,
  urn,
} from "../../component/support/plugin-client.ts";
import { files } from "../../lab/settings.ts";
import { nodeInputs } from "../../support/node-fixtures.ts";
import * as kube from "../support/cluster/cluster.ts";
import { bootstrapper, serviceAccount } from "../support/cluster/identity.ts";
import * as impostor from "../support/cluster/impostor.ts";
import {
  removeSimulated,
  RequestLog,
  simulatedMachine,
  type SimulatedMachine,
} from "../support/machines/simulated-machines.ts";
import { until } from "../support/wait.ts";

const joins = 100;

/** A stranger in the name of every tenth machine. */
const strangers = Array.from({ length: 10 }, (_, i) => ({
  name: `crowd-${i}`,
  nodeName: `simulated-${i * 10}`,
  as: "stranger" as const,
}));

/** Proportional and resident set size in MB (proc(5), smaps_rollup). */
interface Memory {
  readonly pss: number;
  readonly rss: number;
}

async function memoryOf({ process }: Plugin): Promise<Memory> {
  const text = await readFile(`/proc/${process.pid}/smaps_rollup`, "utf8");
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) / 1024;
  return { pss: field("Pss"), rss: field("Rss") };
}

const inMegabytes = ({ pss, rss }: Memory): string => `PSS ${pss.toFixed(0)} MB, RSS ${rss.toFixed(0)} MB`;

const percentile = (sorted: readonly number[], p: number): string =>
  `p${p} ${((sorted[Math.ceil((sorted.length * p) / 100) - 1] ?? NaN) / 1000).toFixed(2)} s`;

describe(`GIVEN ${joins} machines that boot at once`, () => {
  let plugin: Plugin;
  const machines: SimulatedMachine[] = [];
  const log = new RequestLog();

  const attach = (machine: SimulatedMachine): Promise<provider.CreateResponse> => {
    const { nodeName, serverId, address } = machine;
    const serverCreated = new Date().toISOString();
    const own = { nodeName, serverId, serverCreated, fixedIps: [address] };
    return plugin.call("create", createRequest(urn("node", nodeName), { ...nodeInputs, ...own }, { timeout: 180 }));
  };

  beforeAll(async () => {
    await removeSimulated();
    await impostor.admitStranger();
    for (let i = 0; i < joins; i++) machines.push(await simulatedMachine(i));
    await log.start();
    plugin = await startPlugin();
    await plugin.call("configure", configureRequest({ kubeconfig: files.registrarKubeconfig, expectedWorkers: joins }));
  });
  afterAll(async () => {
    log.stop();
    await plugin.end("SIGTERM");
    await removeSimulated();
    await impostor.withdraw(strangers.map(({ name }) => name));
    await impostor.dismissStranger();
  });

  test("WHEN their nodes are created at once THEN all are Ready, and ten strangers among them stay pending", async () => {
    const created = machines.map(attach);
    await until("all joins to be under way", () =>
      Promise.resolve(new Set(plugin.messages.map((it) => it.urn)).size === joins || undefined),
    );
    console.log(`${joins} joins wait, the plugin: ${inMegabytes(await memoryOf(plugin))}`);
    let peak = { pss: 0, rss: 0 };
    const sampling = setInterval(() => {
      void memoryOf(plugin).then(({ pss, rss }) => {
        peak = { pss: Math.max(peak.pss, pss), rss: Math.max(peak.rss, rss) };
      });
    }, 200);
    const bootstrap = (await serviceAccount(bootstrapper)).makeApiClient(CertificatesV1Api);
    await Promise.all([...strangers.map(impostor.file), ...machines.map((machine) => machine.join(bootstrap, log))]);
    const outputs = (await Promise.all(created)).map(propertiesOf);
    clearInterval(sampling);
    expect(outputs.map(({ state }) => state)).toEqual(machines.map(() => "Ready"));
    const nodes = (await kube.core.listNode()).items.filter(kube.isReady);
    expect(nodes.length).toBe(joins);
    expect(await impostor.decided(strangers.map(({ name }) => name))).toEqual([]);
    for (const { name } of strangers) {
      expect(plugin.messages.filter(({ text }) => text.includes(`request ${name} stays pending (user)`))).toHaveLength(
        1,
      );
    }
    for (const kind of ["client", "serving"]) {
      const times = log.latencies(kind);
      expect(times.length).toBe(joins);
      console.log(
        `${joins} joins at once, ${kind} request to approval: ${percentile(times, 50)}, ${percentile(times, 99)}`,
      );
    }
    console.log(`${joins} joins at once, the plugin's peak: ${inMegabytes(peak)}`);
  });
});
