/** @shared two workers of a pool of its own, one of which loses its kubelet; every request is in their names */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { KubeConfig, V1CertificateSigningRequest, V1Node } from "@kubernetes/client-node";
import { signers } from "../../../components/kubernetes/types.ts";
import { serverOf } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import { pendingOf, strayNode } from "../support/cluster/identity.ts";
import * as impostor from "../support/cluster/impostor.ts";
import { hasTaint, isUninitialized, labelsOf, taintKeysOf } from "../support/cluster/nodes.ts";
import { afterJoin, beforeItsServer, duringJoin, RejectedRequests } from "../support/cluster/rejected-requests.ts";
import { addressOf, compromise } from "../support/machines/compromised.ts";
import { bootOf } from "../support/machines/faults.ts";
import { forgetCertificate, restartKubelet } from "../support/machines/machine.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, succeeded } from "../support/project.ts";
import { meanwhile, until } from "../support/wait.ts";

const own = new OwnPool("joining");
/** In its name others file requests. */
const target = own.worker(0);
/** To it all the rest happens. */
const name = own.worker(1);
const account = "joining-unrelated";

const role = "node-role.kubernetes.io/infra";
const dedicated = { key: "dedicated", value: "gpu", effect: "NoSchedule" };

describe("GIVEN two workers that join while others file requests in their names", () => {
  let project: Project;
  let unrelated: KubeConfig;
  const rejected = new RejectedRequests();
  let uid: string | undefined;
  let boot: number | undefined;
  let server = "";

  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, ...pool }) });

  async function expectUntouched(): Promise<void> {
    expect((await kube.node(name))?.metadata?.uid).toBe(uid);
    expect(await bootOf(server)).toBe(boot);
  }

  async function expectSameMachine(): Promise<void> {
    expect(await bootOf(server)).toBe(boot);
    expect(await serverOf(name)).toBe(server);
  }

  beforeAll(async () => {
    await rejected.file([beforeItsServer], target);
    unrelated = await impostor.makeUnrelatedAccount(account);
    project = await Project.create("joining");
    await configure({ labels: { [role]: "", rack: "r1" }, taints: [dedicated] });
    await impostor.untilOlderThanNewServers(beforeItsServer.name);
  });
  afterAll(async () => {
    await rejected.withdraw();
    await impostor.removeUnrelatedAccount(account);
    await project.destroy();
  });

  describe("WHEN up runs", () => {
    let output = "";
    let states: readonly V1Node[] = [];
    beforeAll(async () => {
      const record = await kube.recordNodes(name);
      const rogue = await strayNode("rogue-0");
      const attaching = meanwhile(project.up(), async () => {
        await until("the target worker's server", () => serverOf(target));
        const worker = { name: target, address: await addressOf(target) };
        await rejected.file(duringJoin({ unrelated, rogue }, worker), target);
      });
      output = succeeded(await attaching);
      record.stop();
      states = record.states;
      uid = (await kube.node(name))?.metadata?.uid;
      server = (await serverOf(name)) ?? "";
      boot = await bootOf(server);
    });

    test("THEN every request that must be rejected is reported once with the rule that it fails", () => {
      expect(rejected.reports(output)).toEqual(rejected.rules);
    });

    test("THEN each of these requests stays pending", async () => {
      expect(await rejected.decided()).toEqual([]);
    });

    test("THEN the Node has the pool's labels and taints before it takes pods, and keeps them", () => {
      // a kubelet of the lab has no network plugin to wait for: it may be Ready before anybody can have seen its Node
      const initialized = states.findIndex((it) => kube.isReady(it) && !isUninitialized(it));
      expect(labelsOf(states[initialized])).toMatchObject({ [role]: "", rack: "r1" });
      const tainted = states.findIndex((it) => hasTaint(it, dedicated));
      expect(tainted).toBeLessThanOrEqual(initialized);
      expect(states.slice(tainted).every((it) => hasTaint(it, dedicated))).toBe(true);
    });

    test("THEN the cloud controller's taint was on the Node, and only the pool's is left", async () => {
      expect(states.some(isUninitialized)).toBe(true);
      // the node lifecycle controller takes its own taints away only after the Node is Ready
      const taints = (await kube.node(name))?.spec?.taints;
      expect(taints?.filter(({ key }) => !key.startsWith("node.kubernetes.io/"))).toEqual([dedicated]);
    });
  });

  describe("WHEN others file requests with the workers' own keys, swapped too", () => {
    let output = "";
    beforeAll(async () => {
      await rejected.file(afterJoin(await compromise(target), await compromise(name)), target);
      await configure({ labels: { [role]: "", rack: "r2" }, taints: [dedicated] });
      output = succeeded(await project.up());
    });

    test("THEN up reports every request once with the rules that it fails", () => {
      expect(rejected.reports(output)).toEqual(rejected.rules);
    });

    test("THEN each of these requests stays pending", async () => {
      expect(await rejected.decided()).toEqual([]);
    });

    test("THEN both Nodes stay Ready, and the worker is untouched", async () => {
      const nodes = await Promise.all([target, name].map(kube.node));
      expect(nodes.map(kube.readyStatus)).toEqual(["True", "True"]);
      await expectUntouched();
    });
  });

  describe("WHEN somebody changes the pool's labels and taints on the Node, and adds others", () => {
    const theirs = { key: "maintenance", value: "fan", effect: "PreferNoSchedule" };
    beforeAll(async () => {
      await kube.editNode(name, ({ metadata, spec }) => {
        const labels = metadata?.labels ?? {};
        Object.assign(labels, { rack: "r9", team: "blue" });
        Reflect.deleteProperty(labels, role);
        if (spec) spec.taints = [theirs];
      });
      succeeded(await project.up());
    });

    test("THEN the next up repairs the pool's", async () => {
      const node = await kube.node(name);
      expect(labelsOf(node)).toMatchObject({ [role]: "", rack: "r2" });
      expect(hasTaint(node, dedicated)).toBe(true);
    });

    test("THEN it leaves the others", async () => {
      const node = await kube.node(name);
      expect(labelsOf(node)).toMatchObject({ team: "blue" });
      expect(hasTaint(node, theirs)).toBe(true);
    });

    test("THEN another up changes nothing, and the worker is untouched", async () => {
      succeeded(await project.up("--expect-no-changes"));
      await expectUntouched();
    });
  });

  describe("WHEN labels and taints are removed from the config", () => {
    beforeAll(async () => {
      await configure({ labels: { rack: "r3" } });
      succeeded(await project.up());
    });

    test("THEN they go from the Node", async () => {
      const labels = labelsOf(await kube.node(name));
      expect(labels).toMatchObject({ rack: "r3" });
      expect(Object.keys(labels)).not.toContain(role);
    });

    test("THEN what others set stays", async () => {
      const node = await kube.node(name);
      expect(labelsOf(node)).toMatchObject({ team: "blue" });
      expect(taintKeysOf(node)).toEqual(["maintenance"]);
    });

    test("THEN the worker is untouched", expectUntouched);
  });

  describe("WHEN somebody deletes the Node while its server runs", () => {
    /** `up` does not begin to wait for a Node that cannot come. */
    async function expectRefusalAtOnce(): Promise<void> {
      const { ok, output } = await project.up();
      expect(ok).toBe(false);
      expect(output).not.toMatch(/waiting for/);
      expect(output).toMatch(new RegExp(`node ${name}: its Node is gone.*deleted`));
      expect(output).toContain("systemctl restart kubelet");
      expect(output).toContain("pulumi up --replace");
    }
    beforeAll(async () => {
      await kube.core.deleteNode({ name });
    });

    test("THEN up says at once what to do", expectRefusalAtOnce);

    test("THEN it says the same after a refresh", async () => {
      succeeded(await project.refresh());
      await expectRefusalAtOnce();
    });
  });

  describe("WHEN the kubelet of the deleted Node is restarted", () => {
    beforeAll(async () => {
      await restartKubelet(server);
      await until("the Node", () => kube.node(name));
      succeeded(await project.up());
    });

    test("THEN the Node is Ready, and has the pool's labels again", async () => {
      const node = await kube.node(name);
      expect(kube.isReady(node)).toBe(true);
      expect(labelsOf(node)).toMatchObject({ rack: "r3" });
    });

    test("THEN server and machine are the same", expectSameMachine);
  });

  /** Those that ask for a client certificate in the worker's name, and are pending. */
  const clientRequests = async (): Promise<V1CertificateSigningRequest[]> =>
    (await pendingOf(name)).filter(({ spec }) => spec.signerName === signers.client);

  describe("WHEN its kubelet has lost its certificate, and asks anew with another key", () => {
    let output = "";
    beforeAll(async () => {
      await restartKubelet(server, forgetCertificate);
      const isUnknown = async (): Promise<true | undefined> =>
        kube.readyStatus(await kube.node(name)) === "Unknown" || undefined;
      await until("the Node's readiness to be unknown", isUnknown, 90);
      await until("its request", async () => (await clientRequests()).at(0));
      output = succeeded(await project.up("--expect-no-changes"));
    });

    test("THEN up does not let it in by itself", async () => {
      expect(kube.readyStatus(await kube.node(name))).toBe("Unknown");
      expect(await clientRequests()).toHaveLength(1);
    });

    test("THEN it reports both keys, how to see whose the new one is, and what to type", () => {
      expect(output).toMatch(/stays pending \(one-key\): .*SHA256:[0-9a-f]{64} instead of SHA256:[0-9a-f]{64}/);
      expect(output).toMatch(/BMC.*kubelet-client-current\.pem.*sha256sum/);
      expect(output).toContain(`set pools[${own.name}].readmit: [${name}]`);
    });
  });

  describe("WHEN the config admits another key of it", () => {
    let uidBefore: string | undefined;
    let preview = "";
    beforeAll(async () => {
      uidBefore = (await kube.node(name))?.metadata?.uid;
      await configure({ labels: { rack: "r3" }, readmit: [name] });
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says so", () => {
      expect(preview).toContain(`${name}: in place (a new client key is admitted in this up)`);
    });

    test("THEN up lets it back in with the same Node", async () => {
      const node = await kube.node(name);
      expect(kube.isReady(node)).toBe(true);
      expect(node?.metadata?.uid).toBe(uidBefore);
    });

    test("THEN server and machine are the same", expectSameMachine);

    test("THEN another up with the entry changes nothing, and says that it is used", async () => {
      const output = succeeded(await project.up("--expect-no-changes"));
      expect(output).toMatch(new RegExp(`readmit of ${name} was used`));
    });
  });

  describe("WHEN destroyed", () => {
    beforeAll(async () => {
      succeeded(await project.destroy());
    });

    test("THEN nothing is left", async () => {
      expect(await own.leftovers()).toEqual([]);
    });

    test("THEN the requests of others are still pending", async () => {
      expect(await rejected.decided()).toEqual([]);
    });
  });
});
