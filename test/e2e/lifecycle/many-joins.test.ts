/** Alone on the lab: has a hundred requests pending, counts all Nodes, and measures. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CertificatesV1Api, type KubeConfig } from "@kubernetes/client-node";
import type provider from "@pulumi/pulumi/proto/provider_pb.js";
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
import { inMegabytes, memoryOf, percentile, report, watchMemory } from "../support/measure.ts";
import { until } from "../support/wait.ts";

const joins = 100;

/** A request of an account that is no machine, in the name of every tenth machine. */
const otherRequests = Array.from({ length: 10 }, (_, i) => ({
  name: `other-${i}`,
  nodeName: `simulated-${i * 10}`,
}));
const otherNames = otherRequests.map(({ name }) => name);
const account = "simulated-unrelated";

describe(`GIVEN ${joins} machines that boot at once`, () => {
  let plugin: Plugin;
  const machines: SimulatedMachine[] = [];
  const log = new RequestLog();
  let unrelated: KubeConfig;

  const attach = (machine: SimulatedMachine): Promise<provider.CreateResponse> => {
    const { nodeName, serverId, address } = machine;
    const serverCreated = new Date().toISOString();
    const own = { nodeName, serverId, serverCreated, fixedIps: [address] };
    return plugin.call("create", createRequest(urn("node", nodeName), { ...nodeInputs, ...own }, { timeout: 180 }));
  };

  beforeAll(async () => {
    await removeSimulated();
    unrelated = await impostor.makeUnrelatedAccount(account);
    for (let i = 0; i < joins; i++) machines.push(await simulatedMachine(i));
    await log.start();
    plugin = await startPlugin();
    await plugin.call("configure", configureRequest({ kubeconfig: files.registrarKubeconfig, expectedWorkers: joins }));
  });
  afterAll(async () => {
    log.stop();
    await plugin.end("SIGTERM");
    await removeSimulated();
    await impostor.withdraw(otherNames);
    await impostor.removeUnrelatedAccount(account);
  });

  describe("WHEN their nodes are created at once, while others file requests in their names", () => {
    let states: readonly unknown[] = [];
    beforeAll(async () => {
      const created = machines.map(attach);
      await until("all joins to be under way", () =>
        Promise.resolve(new Set(plugin.messages.map((it) => it.urn)).size === joins || undefined),
      );
      report(`${joins} joins wait, the plugin: ${inMegabytes(await memoryOf(plugin.process.pid))}`);
      const peak = watchMemory(plugin.process.pid);
      const bootstrap = (await serviceAccount(bootstrapper)).makeApiClient(CertificatesV1Api);
      const join = (machine: SimulatedMachine): Promise<void> => machine.join(bootstrap, log);
      const filed = otherRequests.map((it) => impostor.file({ ...it, as: unrelated }));
      await Promise.all([...filed, ...machines.map(join)]);
      states = (await Promise.all(created)).map((it) => propertiesOf(it)["state"]);
      report(`${joins} joins at once, the plugin's peak: ${inMegabytes(peak())}`);
    });

    test("THEN every creation ends with a Ready node", () => {
      expect(states).toEqual(machines.map(() => "Ready"));
    });

    test("THEN every Node is Ready", async () => {
      expect((await kube.core.listNode()).items.filter(kube.isReady)).toHaveLength(joins);
    });

    test.each(["client", "serving"])("THEN every %s request is approved", (kind) => {
      const times = log.latencies(kind);
      expect(times).toHaveLength(joins);
      const figures = `${percentile(times, 50)}, ${percentile(times, 99)}`;
      report(`${joins} joins at once, ${kind} request to approval: ${figures}`);
    });

    test("THEN the requests of others stay pending", async () => {
      expect(await impostor.decided(otherNames)).toEqual([]);
    });

    test.each(otherNames)("THEN request %s is reported once", (name) => {
      const reports = plugin.messages.filter(({ text }) => text.includes(`request ${name} stays pending (user)`));
      expect(reports).toHaveLength(1);
    });
  });
});
