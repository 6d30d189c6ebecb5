import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { HostDemand } from "../../../../components/hosts/admission.ts";
import { HostGate } from "../../../../components/hosts/gate.ts";
import { reasonOf } from "../../../../components/lib/errors.ts";
import { CloudError, HttpError } from "../../../../components/openstack/error.ts";
import type { Host } from "../../../../components/openstack/host.ts";
import { hostOf } from "../../../support/hosts.ts";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A cloud under the test's control, and the workers that ask it for hosts. */
class Cloud {
  hosts: readonly Host[] | Error = [];
  /** statuses by the workers' names */
  readonly servers = new Map<string, string>();
  readonly said: string[] = [];
  reads = 0;
  /** names of those that were admitted, in that order; the errors of the others */
  readonly outcomes: string[] = [];
  readonly #gate = new HostGate({
    hosts: () => {
      this.reads += 1;
      return this.hosts instanceof Error ? Promise.reject(this.hosts) : Promise.resolve(this.hosts);
    },
    existing: {
      servers: (name) => Promise.resolve(this.servers.has(name) ? [`${name}-id`] : []),
      serverStatus: (id) => Promise.resolve(this.servers.get(id.replace(/-id$/, ""))),
    },
  });

  ask(worker: string, seconds = 60, change: Partial<HostDemand> = {}): void {
    const demand = { worker, resourceClass: "CUSTOM_BAREMETAL", hostId: undefined, ...change };
    const say = (text: string): Promise<void> => Promise.resolve(void this.said.push(text));
    const timeout = { seconds, key: "pools[metal].timeouts.host" };
    this.#gate.admit(demand, timeout, { info: say, status: say }).then(
      () => this.outcomes.push(worker),
      (error: unknown) => this.outcomes.push(reasonOf(error)),
    );
  }
}

const pass = (seconds: number): Promise<void> => jest.advanceTimersByTimeAsync(seconds * 1000);
const down = new CloudError({ problem: "p", expected: "e", remedy: "r", cause: new HttpError(503) });
const refused = new CloudError({ problem: "no role", expected: "e", remedy: "r", cause: new HttpError(403) });

let cloud: Cloud;
beforeEach(() => {
  cloud = new Cloud();
});

describe("GIVEN a worker whose server is to be created", () => {
  test("WHEN a host is free THEN it does not wait, and nothing is said", async () => {
    cloud.hosts = [hostOf("h")];
    cloud.ask("w-0");
    await pass(0);
    expect(cloud).toMatchObject({ outcomes: ["w-0"], said: [] });
  });

  test("WHEN its host is cleaned meanwhile THEN it waits, and says for what", async () => {
    cloud.hosts = [hostOf("h", { state: "cleaning" })];
    cloud.ask("w-0");
    await pass(12);
    expect(cloud.outcomes).toEqual([]);
    expect(cloud.said[0]).toBe(
      "w-0 waits for a host of class CUSTOM_BAREMETAL to be free, for at most 1m (pools[metal].timeouts.host): 0 available, 1 cleaning",
    );
    expect(cloud.said.at(-1)).toBe("waiting for a free host: 10s of 1m; 0 available, 1 cleaning");
    cloud.hosts = [hostOf("h")];
    await pass(5);
    expect(cloud.outcomes).toEqual(["w-0"]);
  });

  test("WHEN it is pinned to a host that is cleaned THEN it waits for that one", async () => {
    cloud.hosts = [hostOf("h"), hostOf("own", { state: "cleaning" })];
    cloud.ask("w-0", 60, { hostId: "own-id" });
    await pass(6);
    expect(cloud.outcomes).toEqual([]);
    cloud.hosts = [hostOf("h"), hostOf("own")];
    await pass(6);
    expect(cloud.outcomes).toEqual(["w-0"]);
  });

  test("WHEN no host is free in time THEN the error names class, states, key and the next commands", async () => {
    cloud.hosts = [hostOf("h", { state: "clean failed" }), hostOf("i", { state: "active", serverId: "s" })];
    cloud.ask("w-0");
    await pass(61);
    const [error] = cloud.outcomes;
    expect(error).toMatch(/^worker w-0: phase "free host" not done after 1m \(pools\[metal\]\.timeouts\.host\)/);
    expect(error).toMatch(/class CUSTOM_BAREMETAL\. Hosts: 0 available, 1 clean failed, 1 in use/);
    expect(error).toMatch(/bring back: h \(clean failed\)\.[^]*openstack baremetal node show h[^]*`pulumi up` again/);
  });

  test("WHEN the hosts cannot be read for a while THEN they are read again", async () => {
    cloud.hosts = down;
    cloud.ask("w-0");
    await pass(11);
    expect(cloud.said.at(-1)).toMatch(/the hosts cannot be read/);
    cloud.hosts = [hostOf("h")];
    await pass(5);
    expect(cloud.outcomes).toEqual(["w-0"]);
  });

  test("WHEN the account may not read them THEN it does not wait for its timeout", async () => {
    cloud.hosts = refused;
    cloud.ask("w-0", 3600);
    await pass(1);
    expect(cloud.outcomes).toEqual(["no role: r"]);
  });
});

describe("GIVEN more workers than free hosts", () => {
  test("WHEN one was admitted THEN its host counts as taken until its server is on it", async () => {
    cloud.hosts = [hostOf("h")];
    cloud.ask("w-0");
    cloud.ask("w-1");
    await pass(1);
    expect(cloud.outcomes).toEqual(["w-0"]);
    cloud.servers.set("w-0", "BUILD");
    await pass(20);
    expect(cloud.outcomes).toEqual(["w-0"]);
    cloud.hosts = [hostOf("h", { state: "deploying", serverId: "w-0-id" }), hostOf("i")];
    await pass(6);
    expect(cloud.outcomes).toEqual(["w-0", "w-1"]);
  });

  test("WHEN the server of the first fails THEN the next one has the host", async () => {
    cloud.hosts = [hostOf("h")];
    cloud.ask("w-0");
    cloud.ask("w-1");
    await pass(1);
    cloud.servers.set("w-0", "ERROR");
    await pass(6);
    expect(cloud.outcomes).toEqual(["w-0", "w-1"]);
  });

  test("WHEN the server of the first was never created THEN the next one has the host after a minute", async () => {
    cloud.hosts = [hostOf("h")];
    cloud.ask("w-0");
    cloud.ask("w-1", 300);
    await pass(50);
    expect(cloud.outcomes).toEqual(["w-0"]);
    await pass(20);
    expect(cloud.outcomes).toEqual(["w-0", "w-1"]);
  });

  test("WHEN many wait THEN they share each look at the hosts", async () => {
    for (let i = 0; i < 20; i++) cloud.ask(`w-${i}`);
    await pass(11);
    expect(cloud.reads).toBeLessThanOrEqual(3);
  });

  test("WHEN hosts come free one after the other THEN each worker is admitted once", async () => {
    for (let i = 0; i < 3; i++) cloud.ask(`w-${i}`);
    for (let i = 0; i < 3; i++) {
      cloud.hosts = [hostOf("h")];
      await pass(6);
      expect(cloud.outcomes).toHaveLength(i + 1);
      cloud.servers.set(cloud.outcomes.at(-1) ?? "", "ACTIVE");
      cloud.hosts = [];
      await pass(6);
    }
    expect(cloud.outcomes.toSorted()).toEqual(["w-0", "w-1", "w-2"]);
  });
});
