/** @shared two workers of a pool of its own, with their pods */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { KubeConfig, V1Node, V1PodCondition } from "@kubernetes/client-node";
import { machineNetwork } from "../../lab/settings.ts";
import { get, pointerOf, signedUrl } from "../support/cloud/payload.ts";
import { addressesOf, portsNamed, serverOf } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as impostor from "../support/cluster/impostor.ts";
import * as work from "../support/cluster/workloads.ts";
import { bootOf } from "../support/machines/faults.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, succeeded } from "../support/project.ts";
import { secretsInClear } from "../support/secrets.ts";
import { type Pool, whileEdited } from "../support/stack/stack-file.ts";
import { parseState } from "../support/stored-state.ts";
import { meanwhile, until } from "../support/wait.ts";

interface Worker {
  readonly name: string;
  readonly node: string;
  readonly serverId: string;
  readonly addresses: readonly string[];
  readonly state: string;
}

const own = new OwnPool("attach");
const [first, second] = [own.worker(0), own.worker(1)];
const names = [first, second];
const account = "attach-unrelated";
const impostors = ["impostor-other-user", "impostor-other-sans", "impostor-second-key"];

const idOfFirst = async (): Promise<string> => (await serverOf(first)) ?? "";

describe("GIVEN a stack of two workers", () => {
  let project: Project;
  let unrelated: KubeConfig;

  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, ...pool }) });

  beforeAll(async () => {
    project = await Project.withPool("attach-detach", { name: own.name });
    unrelated = await impostor.makeUnrelatedAccount(account);
  });
  afterAll(async () => {
    await work.remove(["guest"]);
    await impostor.withdraw(impostors);
    await impostor.removeUnrelatedAccount(account);
    await project.destroy();
  });

  describe("WHEN up runs", () => {
    let output = "";
    beforeAll(async () => {
      const attaching = meanwhile(project.up(), async () => {
        // while the machine boots: a request from before its server would stay pending for its age alone
        await until("the first worker's server", () => serverOf(first));
        await impostor.file({ name: "impostor-other-user", nodeName: first, as: unrelated });
        await impostor.file({ name: "impostor-other-sans", nodeName: first, dns: ["evil.example.test"] });
      });
      output = succeeded(await attaching);
    });

    test("THEN both nodes are Ready with the port's address and the server's id", async () => {
      const ids = await own.serverIds();
      expect([...ids.keys()].sort()).toEqual(names);
      for (const name of names) {
        const [port, ...others] = await portsNamed(`${name}-port`);
        const node = await kube.node(name);
        expect(kube.isReady(node)).toBe(true);
        expect(kube.internalIps(node)).toEqual(addressesOf(port));
        expect(node?.spec?.providerID).toBe(`openstack:///${ids.get(name)}`);
        expect(port).toMatchObject({ device_id: ids.get(name), status: "ACTIVE" });
        expect(others).toEqual([]);
      }
    });

    test("THEN the outputs name node, server, addresses and state of each", async () => {
      const ids = await own.serverIds();
      const { __workers: workers } = await project.outputs<{ __workers: Worker[] }>();
      expect(workers.map(({ name }) => name)).toEqual(names);
      for (const worker of workers) {
        const [port] = await portsNamed(`${worker.name}-port`);
        const addresses = addressesOf(port);
        expect(worker).toMatchObject({ node: worker.name, serverId: ids.get(worker.name), state: "Ready", addresses });
      }
    });

    test("THEN it shows one line for each worker, with its address and how long it took, and what to type next", () => {
      const shown = output.slice(output.indexOf("Outputs:"));
      for (const name of names) {
        const line = new RegExp(`\\s${name} *: "Ready, [0-9a-f.:]+, joined in \\S+: boot \\S+, .*ready \\S+"`);
        expect(shown).toMatch(line);
      }
      expect(shown).toMatch(/next +: "npm run status -- --stack \S+"/);
      expect(shown).not.toContain("serverId");
    });

    test("THEN its progress lines say what is waited for", () => {
      expect(output).toMatch(/OpenShiftNode \S+ creating \(\d+s\) serving CSR: \d+s of \S+, waiting for/);
    });

    test("THEN the provider's own warning is announced before it comes", () => {
      const [announced, warned] = ["it is the OpenStack provider's own", "provider config warning:"].map((text) =>
        output.indexOf(text),
      );
      expect(announced).toBeGreaterThan(-1);
      expect(warned).toBeGreaterThan(announced ?? Infinity);
    });

    test("THEN the requests of others in a worker's name stay pending, each for the rule that it fails", () => {
      expect(output).toMatch(/request impostor-other-user stays pending \(user\)/);
      expect(output).toMatch(/request impostor-other-sans stays pending \(names\)/);
    });
  });

  describe("WHEN the payload is fetched", () => {
    let source = "";
    let hash = "";
    let key = "";
    beforeAll(async () => {
      ({ source, hash } = await pointerOf(await idOfFirst()));
      key = await project.temporaryUrlKey();
    });

    test("THEN its signed URL, of the cloud's public address, answers what the pointer expects", async () => {
      expect(await get(source)).toMatchObject({ status: 200, hash });
      expect(new URL(source).host).toContain(machineNetwork.cloudVip);
    });

    test("THEN a URL with another signature is refused", async () => {
      const wrong = source.replace(/temp_url_sig=[0-9a-f]{4}/, "temp_url_sig=0000");
      expect(await get(wrong)).toMatchObject({ status: 401 });
    });

    test("THEN an expired URL is refused, and one that has not expired is not", async () => {
      expect(await get(signedUrl(source, key, Date.now() / 1000 + 60))).toMatchObject({ status: 200 });
      expect(await get(signedUrl(source, key, Date.now() / 1000 - 60))).toMatchObject({ status: 401 });
    });
  });

  test("WHEN up runs again THEN nothing changes, and the state has nothing to write of any resource", async () => {
    // a resource whose inputs differ from the state's costs a write of the whole state, though nothing changes
    const recorded = async (): Promise<ReadonlyMap<string, unknown>> => {
      const { resources } = parseState(await project.export()).deployment;
      const declared = resources.filter(({ type }) => /^openstack:|^openshift-node:/.test(type));
      return new Map(declared.map(({ urn, inputs }) => [urn, inputs]));
    };
    const before = await recorded();
    expect(await project.up("--expect-no-changes")).toMatchObject({ ok: true });
    expect(await recorded()).toEqual(before);
  });

  test("WHEN refresh and up run again THEN nothing changes", async () => {
    expect(await project.refresh("--expect-no-changes")).toMatchObject({ ok: true });
    expect(await project.up("--expect-no-changes")).toMatchObject({ ok: true });
  });

  test("WHEN others ask for a certificate in the name of a worker that has joined THEN their requests stay pending", async () => {
    await impostor.file({ name: "impostor-second-key", nodeName: first });
    await configure({ drain: { timeout: "40s" } });
    expect(await project.up()).toMatchObject({ ok: true });
    for (const name of impostors) expect(kube.isPending(await kube.csr(name))).toBe(true);
  });

  test("WHEN everything that is written is searched THEN no secret is in plain text", async () => {
    expect(await secretsInClear(project, own)).toEqual([]);
  });

  test("WHEN scaled to one without the first THEN the preview detaches that one, and touches nothing of the other", async () => {
    const change = (pool: Pool): Config => ({ pools: [{ ...pool, replicas: 1, remove: [first] }] });
    const preview = succeeded(await whileEdited(project, change, () => project.preview()));
    expect(preview).toContain(`${first}: detach, drained (listed in pools[${own.name}].remove)`);
    expect(preview).toMatch(new RegExp(`-\\s+openshift-node:index:OpenShiftNode ${first} delete`));
    expect(preview).not.toMatch(new RegExp(`\\s${second} (create|update|replace|delete)`));
  });

  test("WHEN an edit detaches more workers than maxDetach THEN the preview fails, and names them", async () => {
    const change = (): Config => ({ pools: [], maxDetach: 1 });
    const preview = await whileEdited(project, change, () => project.preview());
    expect(preview.ok).toBe(false);
    expect(preview.output).toContain(`maxDetach: this update would detach 2 workers: ${first}, ${second}`);
    expect(preview.output).toContain("set maxDetach: 2 for this `pulumi up`");
  });

  describe("WHEN scaled to one", () => {
    let nodeBefore: V1Node | undefined;
    let bootBefore: number | undefined;
    let evicted: V1PodCondition | undefined;
    let serversAtEviction: readonly string[] = [];
    beforeAll(async () => {
      await work.replicaSet("guest", { only: names, rather: second });
      await work.running(second, ["guest"]);
      const [pod] = await work.runningOn("guest", second);
      nodeBefore = await kube.node(first);
      bootBefore = await bootOf(await idOfFirst());
      const record = await kube.recordPods("guest");
      await configure({ replicas: 1 });
      const scaled = meanwhile(project.up(), async () => {
        evicted = await until("eviction of the pod", () => Promise.resolve(work.evictionOf(record, pod)));
        record.stop();
        serversAtEviction = await own.serverNames();
      });
      succeeded(await scaled);
    });

    test("THEN the last worker's pod is evicted while both servers are there", () => {
      expect(evicted).toMatchObject({ type: "DisruptionTarget", status: "True" });
      expect(serversAtEviction).toEqual(names);
    });

    test("THEN the last worker is gone", async () => {
      expect(await own.nodeNames()).toEqual([first]);
      expect(await own.serverNames()).toEqual([first]);
    });

    test("THEN the other worker is untouched", async () => {
      const after = await kube.node(first);
      expect(after?.metadata?.uid).toBe(nodeBefore?.metadata?.uid);
      expect(await bootOf(await idOfFirst())).toBe(bootBefore);
      expect(after?.spec?.unschedulable ?? false).toBe(false);
    });
  });

  test("WHEN destroyed THEN no server, port, container or Node is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await own.leftovers()).toEqual([]);
  });
});
