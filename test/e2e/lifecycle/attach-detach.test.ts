import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster as lab, machineNetwork } from "../../lab/settings.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { bootOf } from "../support/machines/faults.ts";
import * as impostor from "../support/cluster/impostor.ts";
import { get, pointerOf, signedUrl } from "../support/cloud/payload.ts";
import { Project } from "../support/project.ts";
import { secretsInClear } from "../support/secrets.ts";
import { until } from "../support/wait.ts";

interface Worker {
  readonly name: string;
  readonly node: string;
  readonly serverId: string;
  readonly addresses: readonly string[];
  readonly state: string;
}

const first = `${lab.infraId}-metal-0`;
const second = `${lab.infraId}-metal-1`;

describe("GIVEN the lab's stack of two workers", () => {
  let project: Project;
  let workers: readonly Worker[] = [];

  beforeAll(async () => {
    project = await Project.create("attach-detach");
    await impostor.admitStranger();
  });
  afterAll(async () => {
    await kube.removeReplicaSet("guest");
    for (const name of ["impostor-other-user", "impostor-other-sans", "impostor-second-key"]) {
      await kube.ifThere(kube.certificates.deleteCertificateSigningRequest({ name }));
    }
    await impostor.dismissStranger();
    await project.destroy();
  });

  test("WHEN up runs THEN both nodes are Ready with the port's address and the server's id", async () => {
    const attaching = project.up();
    // while the machine boots: a request from before its server would stay pending for its age alone
    await until("the first worker's server", async () => (await cloud.servers()).find(({ name }) => name === first));
    await impostor.file({ name: "impostor-other-user", nodeName: first, as: "stranger" });
    await impostor.file({ name: "impostor-other-sans", nodeName: first, dns: ["evil.example.test"] });
    const run = await attaching;
    expect(run.output).toMatch(/OpenShiftNode \S+ creating \(\d+s\) serving CSR: \d+s of \S+, waiting for/);
    expect(run).toMatchObject({ ok: true });
    expect(run.output).toMatch(/request impostor-other-user stays pending \(user\)/);
    expect(run.output).toMatch(/request impostor-other-sans stays pending \(names\)/);
    ({ workers } = await project.outputs<{ workers: Worker[] }>());
    expect(workers.map(({ name }) => name)).toEqual([first, second]);
    for (const worker of workers) {
      const node = await kube.node(worker.node);
      const port = (await cloud.ports()).find(({ device_id }) => device_id === worker.serverId);
      expect(node && kube.isReady(node)).toBe(true);
      expect(node && kube.internalIps(node)).toEqual(port?.fixed_ips.map(({ ip_address }) => ip_address));
      expect(node?.spec?.providerID).toBe(`openstack:///${worker.serverId}`);
      expect(worker).toMatchObject({ state: "Ready", addresses: port?.fixed_ips.map(({ ip_address }) => ip_address) });
      expect(port?.status).toBe("ACTIVE");
    }
  });

  test("WHEN the payload is fetched THEN its signed URL is answered, a wrong or an expired one is refused", async () => {
    const { source, hash } = await pointerOf(workers[0]?.serverId ?? "");
    expect(await get(source)).toMatchObject({ status: 200, hash });
    expect(new URL(source).host).toContain(machineNetwork.cloudVip);
    const wrong = source.replace(/temp_url_sig=[0-9a-f]{4}/, "temp_url_sig=0000");
    expect(await get(wrong)).toMatchObject({ status: 401 });
    const key = await project.temporaryUrlKey();
    expect(await get(signedUrl(source, key, Date.now() / 1000 + 60))).toMatchObject({ status: 200 });
    expect(await get(signedUrl(source, key, Date.now() / 1000 - 60))).toMatchObject({ status: 401 });
  });

  test("WHEN up, refresh and up run again THEN nothing changes", async () => {
    expect(await project.up("--expect-no-changes")).toMatchObject({ ok: true });
    expect(await project.refresh("--expect-no-changes")).toMatchObject({ ok: true });
    expect(await project.up("--expect-no-changes")).toMatchObject({ ok: true });
  });

  test("WHEN others ask for a certificate in a worker's name THEN their requests stay pending", async () => {
    await impostor.file({ name: "impostor-second-key", nodeName: first });
    await project.configure({ pools: await project.pools({ drain: { timeout: "40s" } }) });
    expect(await project.up()).toMatchObject({ ok: true });
    for (const name of ["impostor-other-user", "impostor-other-sans", "impostor-second-key"]) {
      expect(kube.isPending(await kube.csr(name))).toBe(true);
    }
  });

  test("WHEN everything that is written is searched THEN no secret stands in clear", async () => {
    expect(await secretsInClear(project)).toEqual([]);
  });

  test("WHEN scaled to one THEN the last worker's pod is evicted and it is gone, the other is untouched", async () => {
    await kube.runReplicaSet("guest", second);
    const pod = await until("pod on the second worker", async () =>
      (await kube.podsOf("guest")).find(({ spec, status }) => spec?.nodeName === second && status?.phase === "Running"),
    );
    const before = await kube.node(first);
    const boot = await bootOf(workers[0]?.serverId ?? "");
    const record = await kube.recordPods("guest");
    const scaled = project.configure({ pools: await project.pools({ replicas: 1 }) }).then(() => project.up());
    const evicted = await until("eviction of the pod", () =>
      Promise.resolve(
        record.states
          .filter(({ metadata }) => metadata?.uid === pod.metadata?.uid)
          .flatMap(({ status }) => status?.conditions ?? [])
          .find(({ type, reason }) => type === "DisruptionTarget" && reason === "EvictionByEvictionAPI"),
      ),
    );
    record.stop();
    expect(evicted.status).toBe("True");
    expect((await cloud.servers()).map(({ name }) => name).sort()).toEqual([first, second]);
    expect(await scaled).toMatchObject({ ok: true });
    expect(await kube.nodeNames()).toEqual([first]);
    expect((await cloud.servers()).map(({ name }) => name)).toEqual([first]);
    const after = await kube.node(first);
    expect(after?.metadata?.uid).toBe(before?.metadata?.uid);
    expect(await bootOf(workers[0]?.serverId ?? "")).toBe(boot);
    expect(after?.spec?.unschedulable ?? false).toBe(false);
  });

  test("WHEN destroyed THEN no server, port, container or Node is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
