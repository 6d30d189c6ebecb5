import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { annotations, signers } from "../../../components/kubernetes/types.ts";
import { Observer } from "../../../infra/discovery/observe.ts";
import { observations, type Seen } from "../../../infra/discovery/watch.ts";
import { owner } from "../../support/preflight-facts.ts";
import { ScriptedApi } from "../support/scripted-api.ts";
import { ScriptedCloud } from "../support/scripted-cloud.ts";

const infrastructure = {
  status: { infrastructureName: "lab-7x2kq", platformStatus: { openstack: { apiServerInternalIPs: ["10.0.0.5"] } } },
};

const node = (name: string, serverId: string) => ({
  metadata: { name, annotations: { [annotations.owner]: owner } },
  spec: { providerID: `openstack:///${serverId}` },
  status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }] },
});

let cluster: ScriptedApi;
let cloud: ScriptedCloud;
let folder: string;
let observer: Observer;

beforeEach(async () => {
  cluster = new ScriptedApi();
  await cluster.start();
  cluster.onRequest = (request) => (request.endsWith("/infrastructures/cluster") ? [200, infrastructure] : undefined);
  cloud = new ScriptedCloud();
  await cloud.start();
  folder = await mkdtemp(path.join(tmpdir(), "observe-"));
  const kubeconfig = path.join(folder, "config");
  await writeFile(kubeconfig, cluster.kubeconfig());
  observer = new Observer({ cloud: cloud.name, cluster: { kubeconfig }, pools: [] });
});
afterEach(async () => {
  await observer.close();
  cluster.stop();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What changes something: every request but reads, and the login. */
const writes = (requests: readonly string[]): string[] =>
  requests.filter((request) => !/^(GET|HEAD|WATCH) |^POST \/v3\/auth\/tokens$/.test(request));

describe("GIVEN a cluster and a cloud with this stack's worker", () => {
  beforeEach(() => {
    cloud.addServer("s0", "lab-7x2kq-metal-0", owner);
    cloud.addPort("p0", "lab-7x2kq-metal-0-port-0", `worker of ${owner}; answers for 10.0.0.9`, "s0");
    cloud.containers.set("lab-7x2kq-metal-ignition-0123abcd", { owner, objects: new Set() });
    cloud.containers.set("somebody-elses", { objects: new Set() });
    cluster.put("nodes", node("lab-7x2kq-metal-0", "s0"));
    const spec = { request: "", signerName: signers.serving, username: "system:node:lab-7x2kq-metal-1" };
    cluster.put("csrs", { metadata: { name: "csr-1" }, spec } as Parameters<ScriptedApi["put"]>[1]);
  });

  test("WHEN they are read THEN everything is there with its owner", async () => {
    const [{ value: seen }, { value: found }] = await Promise.all([observer.readCluster(), observer.readCloud()]);
    expect(seen).toMatchObject({ uid: "cluster-uid", infraId: "lab-7x2kq", machineConfigPools: { value: [] } });
    expect(seen?.nodes).toMatchObject([{ name: "lab-7x2kq-metal-0", owner, serverId: "s0", ready: "True" }]);
    expect(seen?.awaitingServing).toEqual({ value: ["lab-7x2kq-metal-1"] });
    expect(found).toMatchObject({
      identity: { project: "q" },
      servers: [{ id: "s0", owner, status: "ACTIVE", pool: "metal" }],
      ports: [{ id: "p0", owner, deviceId: "s0" }],
      containers: [{ name: "lab-7x2kq-metal-ignition-0123abcd", owner }],
    });
    // its catalog has no Ironic
    expect(found?.hosts.error).toMatch(/baremetal/);
  });

  test("WHEN the cloud has no object store THEN everything else is there", async () => {
    cloud.hasObjectStore = false;
    const { value: found } = await observer.readCloud();
    expect(found).toMatchObject({ servers: [{ id: "s0" }], ports: [{ id: "p0" }], containers: [] });
  });

  test("WHEN they are read THEN nothing is changed", async () => {
    await Promise.all([observer.readCluster(), observer.readCloud()]);
    expect(writes(cluster.requests)).toEqual([]);
    expect(writes(cloud.requests)).toEqual([]);
    expect(cluster.requests.length).toBeGreaterThan(3);
    expect(cloud.requests.length).toBeGreaterThan(3);
  });

  test("WHEN the API server is away THEN the cloud is read, and the reason says what to do", async () => {
    cluster.down = true;
    const [seen, found] = await Promise.all([observer.readCluster(), observer.readCloud()]);
    expect(seen.error).toMatch(/^the API server at \S+ gave no answer .*; check cluster\.kubeconfig/);
    expect(found.value?.servers).toHaveLength(1);
  });

  test("WHEN the cloud is away THEN the cluster is read, and the reason says what to do", async () => {
    cloud.onRequest = (request) => (request.includes("/servers/") ? 503 : undefined);
    const [seen, found] = await Promise.all([observer.readCluster(), observer.readCloud()]);
    expect(found.error).toMatch(
      /compute service gave no usable answer .*HTTP 503; repeat the command in a few minutes/,
    );
    expect(seen.value?.nodes).toHaveLength(1);
  });

  test("WHEN the kubeconfig is missing THEN that is the reason", async () => {
    const without = new Observer({ cloud: cloud.name, cluster: { kubeconfig: path.join(folder, "none") }, pools: [] });
    expect((await without.readCluster()).error).toMatch(/none/);
  });

  test("WHEN a token expires THEN a later reading logs in again", async () => {
    expect((await observer.readCloud()).value?.servers).toHaveLength(1);
    cloud.expireTokens();
    expect((await observer.readCloud()).value?.servers).toHaveLength(1);
  });
});

test("GIVEN more servers, ports and containers than a page has WHEN they are read THEN all of them are", async () => {
  for (let i = 0; i < 250; i++) {
    cloud.addServer(`s${i}`, `w-${i}`, owner);
    cloud.addPort(`p${i}`, `w-${i}-port-0`, `worker of ${owner}`);
    cloud.containers.set(`c-${i}-ignition-00000000`, { owner, objects: new Set() });
  }
  const { value } = await observer.readCloud();
  expect(value?.servers).toHaveLength(250);
  expect(value?.ports).toHaveLength(250);
  expect(value?.containers).toHaveLength(250);
});

describe("GIVEN a stack that is watched", () => {
  const ended = new AbortController();
  let pictures: AsyncGenerator<Seen>;
  afterEach(async () => {
    ended.abort();
    await pictures.next();
  });

  const namesOf = ({ value }: IteratorResult<Seen, Seen>): string[] | undefined =>
    value.cluster.value?.nodes.map(({ name }) => name);

  test("WHEN a Node changes THEN it is shown long before the cloud is read again", async () => {
    cluster.put("nodes", node("a", "s0"));
    pictures = observations(observer, ended.signal, 600_000);
    expect(namesOf(await pictures.next())).toEqual(["a"]);
    const reads = cloud.requests.length;
    cluster.put("nodes", node("b", "s1"));
    for (;;) if (namesOf(await pictures.next())?.length === 2) break;
    expect(cloud.requests).toHaveLength(reads);
    expect(writes(cluster.requests)).toEqual([]);
  });
});
