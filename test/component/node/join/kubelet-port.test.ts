import { afterEach, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import type { PortState } from "../../../../components/node/join/boot-progress.ts";
import { KubeletWatch, probe } from "../../../../components/node/join/kubelet-port.ts";
import { worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest, joinInputs, withShortTimeout } from "../../support/node-harness.ts";

const harness = harnessForEachTest();

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends) await end();
  ends = [];
});

/** A kubelet's port; counts the connections that are open, and remembers the most at once. */
class Listener {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  connections = 0;
  atOnce = 0;

  constructor() {
    this.#server = createServer((socket) => {
      this.connections += 1;
      this.#open.add(socket.resume().on("error", () => undefined));
      this.atOnce = Math.max(this.atOnce, this.#open.size);
      socket.on("close", () => this.#open.delete(socket));
    });
    ends.push(() => this.stop());
  }

  async start(address: string, port = 0): Promise<number> {
    await once(this.#server.listen(port, address), "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
  }

  get open(): number {
    return this.#open.size;
  }
}

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const listener = new Listener();
  const port = await listener.start("127.0.0.1");
  listener.stop();
  return port;
}

/** A port that does not answer: its process never accepts, and its queue is full, so that the kernel drops what comes. */
async function silentPort(): Promise<number> {
  const blocked = `
    const { parentPort, workerData } = require("node:worker_threads");
    const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(new Int32Array(workerData), 0, 0);
    });`;
  const release = new SharedArrayBuffer(4);
  const thread = new Worker(blocked, { eval: true, workerData: release });
  const [port] = (await once(thread, "message")) as [number];
  const queue = Array.from({ length: 2 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  await Promise.all(queue.map((socket) => once(socket, "connect")));
  ends.push(async () => {
    for (const socket of queue) socket.destroy();
    Atomics.store(new Int32Array(release), 0, 1);
    Atomics.notify(new Int32Array(release), 0);
    await thread.terminate();
  });
  return port;
}

const never = new AbortController().signal;
const probing = (port: number) => ({ port, every: 20, timeout: 300 });

describe("GIVEN a machine's address WHEN its kubelet's port is probed", () => {
  test.each(["127.0.0.1", "::1"])("THEN a listener at %s is seen, and its connection closed", async (address) => {
    const listener = new Listener();
    const port = await listener.start(address);
    expect(await probe(address, probing(port), never)).toEqual({ address, state: "listening" });
    await eventually(() => listener.connections === 1 && listener.open === 0);
  });

  test("THEN a closed port is told from one that does not answer", async () => {
    const address = "127.0.0.1";
    expect(await probe(address, probing(await closedPort()), never)).toEqual({ address, state: "closed" });
    expect(await probe(address, probing(await silentPort()), never)).toEqual({ address, state: "silent" });
  });

  test("THEN an address that the system has no route to is told with its code", async () => {
    // to a broadcast address there is no TCP (linux, net/ipv4/tcp_ipv4.c, tcp_v4_connect)
    const address = "255.255.255.255";
    expect(await probe(address, probing(10250), never)).toEqual({ address, state: "unreachable", code: "ENETUNREACH" });
  });

  test("THEN a signal ends it at once", async () => {
    const stop = new AbortController();
    const probed = probe("127.0.0.1", { port: await silentPort(), timeout: 3_600_000 }, stop.signal);
    setTimeout(() => stop.abort(), 20);
    expect(await probed).toMatchObject({ address: "127.0.0.1" });
  });
});

describe("GIVEN a machine of two addresses WHEN its port is watched while something lasts", () => {
  test("THEN there is never more than one connection, and none after it", async () => {
    const [v4, v6] = [new Listener(), new Listener()];
    const port = await v4.start("127.0.0.1");
    await v6.start("::1", port);
    const watch = new KubeletWatch(["127.0.0.1", "::1"], { ...probing(port), every: 1 });
    await watch.during(
      () => eventually(() => v6.connections >= 20),
      () => true,
      never,
    );
    // one that was made before the end may be accepted after it
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
    await pause();
    const { connections } = v4;
    expect(watch.progress.telling).toEqual(
      ["127.0.0.1", "::1"].map((address): PortState => ({ address, state: "listening" })),
    );
    await pause();
    expect(v4.connections).toBe(connections);
    await eventually(() => v4.open + v6.open === 0);
    expect(v4.atOnce).toBe(1);
  });

  test("THEN nothing is probed while it is not silent, and an error of the work is its own", async () => {
    const listener = new Listener();
    const port = await listener.start("127.0.0.1");
    const watch = new KubeletWatch(["127.0.0.1"], { ...probing(port), every: 1 });
    const work = async (): Promise<never> => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new Error("of the work");
    };
    await expect(watch.during(work, () => false, never)).rejects.toThrow("of the work");
    expect(listener.connections).toBe(0);
  });
});

describe("GIVEN a join whose machine has not asked yet", () => {
  const at = { fixedIps: ["127.0.0.1"] };
  const shown = (text: string) => (): boolean => harness.infos.some((it) => it.includes(text));

  /** Joins as the kubelet would go on. */
  async function complete(joined: Promise<unknown>): Promise<void> {
    await harness.request("csr-client", "client");
    await eventually(() => harness.approved("csr-client"));
    harness.node({ ips: ["127.0.0.1"] });
    await harness.request("csr-serving", "serving", { ips: ["127.0.0.1"] });
    await joined;
  }

  test("WHEN its host comes up, then its kubelet THEN the resource's line says each, until the first request", async () => {
    const port = await closedPort();
    harness.probing = probing(port);
    const joined = harness.join(at);
    await eventually(shown("is closed: the host's network is up, its kubelet is not yet"));
    const kubelet = new Listener();
    await kubelet.start("127.0.0.1", port);
    await eventually(shown(`the kubelet listens on port ${port} at 127.0.0.1, but has not asked`));
    await complete(joined);
    const { connections } = kubelet;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(kubelet.connections).toBe(connections);
    expect(kubelet.open).toBe(0);
  });

  test("WHEN its time is up and the port never answered THEN the error says firmware or Ignition, and what to type", async () => {
    const port = await silentPort();
    harness.probing = { port, every: 20, timeout: 100 };
    const message = await failureOf(harness.join({ ...at, ...withShortTimeout("boot") }));
    expect(message).toMatch(
      new RegExp(
        `waiting for the first certificate request of ${worker.nodeName}; port ${port} at 127\\.0\\.0\\.1 does not answer: firmware or Ignition`,
      ),
    );
    expect(message).toMatch(/BMC: does it boot, and does Ignition finish\? \(openstack console url show --serial/);
  });

  test("WHEN its time is up and the kubelet listens THEN the error says so and leads to the kubelet's journal", async () => {
    const port = await new Listener().start("127.0.0.1");
    harness.probing = probing(port);
    const message = await failureOf(harness.join({ ...at, ...withShortTimeout("boot") }));
    expect(message).toMatch(new RegExp(`the kubelet listens on port ${port} at 127\\.0\\.0\\.1, but has not asked`));
    expect(message).toMatch(
      /Look at:\n.*\n {2}- the kubelet's journal: ssh core@127\.0\.0\.1 journalctl -b -u kubelet/,
    );
    expect(message).not.toMatch(/BMC/);
  });

  test("WHEN the update is cancelled in the middle of a probe THEN the join ends at once", async () => {
    harness.probing = { port: await silentPort(), every: 1, timeout: 3_600_000 };
    const failing = failureOf(harness.join({ ...at, timeouts: { ...joinInputs.timeouts, boot: 3600 } }));
    await eventually(() => harness.api.requests.some((it) => it.startsWith("WATCH")));
    await new Promise((resolve) => setTimeout(resolve, 50));
    harness.cancel();
    expect(await failing).toMatch(/cancelled in phase "boot"/);
  });

  test("WHEN it had joined before THEN nothing is probed", async () => {
    const listener = new Listener();
    harness.probing = { ...probing(await listener.start("127.0.0.1")), every: 1 };
    await harness.request("csr-client", "client");
    harness.node({ ips: ["127.0.0.1"] });
    await harness.request("csr-serving", "serving", { ips: ["127.0.0.1"] });
    await harness.join(at);
    expect(listener.connections).toBe(0);
  });
});
