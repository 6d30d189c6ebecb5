import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { StackCloud } from "../../../../components/node/leftovers/stack-cloud.ts";
import type { Operation } from "../../../../components/node/operation/phases.ts";
import { nodeClaim } from "../../../../components/node/resources/node-claim.ts";
import { portDescription } from "../../../../components/ports/description.ts";
import { portName } from "../../../../components/ports/names.ts";
import { nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { cloudForEachTest } from "../../support/cloud-of-each-test.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// The engine notes a creation only once it is answered: what a killed command has requested may stand without a state. The
// claim is deleted last, and removes it.

const harness = harnessForEachTest();
const own = cloudForEachTest();

const { nodeName, serverId } = worker;
const mine = portDescription(owner, []);
const port = (index: number) => portName(nodeName, index);
const ours = { annotations: { [annotations.owner]: owner } };

/** What a claim's deletion does; `changes` are of its inputs. */
function deletion(
  changes: object = {},
  operation: Operation = harness.operation(Infinity, "delete"),
  from: () => StackCloud | undefined = () => own.session,
): Promise<void> {
  const inputs = {
    nodeName,
    owner,
    removeTimeout: 30,
    deleteTimeout: 30,
    drain: nodeInputs.drain,
    configPath: "pools[metal]",
    ...changes,
  };
  const resource = nodeClaim(() => Promise.resolve(harness.cluster), from);
  return resource.delete(operation, { id: nodeName, inputs, state: inputs });
}

describe("GIVEN a worker of which the cloud has nothing, WHEN its claim is deleted", () => {
  test("THEN that takes one login, one list of servers, one of ports and one of subports", async () => {
    await deletion();
    const lists = own.cloud.requests.map((request) => request.replace(/\?.*$/, ""));
    expect(lists.toSorted()).toEqual([
      "GET /compute/servers/detail",
      "GET /network/v2.0/ports",
      "GET /network/v2.0/ports",
      "POST /v3/auth/tokens",
    ]);
    expect(harness.warnings).toEqual([]);
  });

  test("THEN a hundred claims that go at once share one login", async () => {
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => deletion({ nodeName: `lab-worker-${i}`, removeTimeout: 110 })),
    );
    expect(own.cloud.logins).toBe(1);
    expect(own.cloud.requests).toHaveLength(301);
  }, 120_000);

  test("THEN the login that told which project the entry leads to serves here too", async () => {
    await own.session.login(AbortSignal.timeout(10_000));
    await deletion();
    expect(own.cloud.logins).toBe(1);
  });

  test("THEN a provider without a cloud, as of an earlier release's state, asks nobody", async () => {
    await deletion({}, harness.operation(Infinity, "delete"), () => undefined);
    expect(own.cloud.requests).toEqual([]);
  });
});

describe("GIVEN a worker of which an interrupted command has left something, WHEN its claim is deleted", () => {
  test("THEN its server goes first, then its ports, and the line tells so", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    own.cloud.addPort("p0", port(0), mine, serverId);
    own.cloud.addPort("p1", port(1), portDescription(owner, ["10.0.0.9"]), serverId);
    await deletion();
    const [first, ...others] = own.cloud.writes;
    expect(first).toBe(`DELETE /compute/servers/${serverId}`);
    expect(others.toSorted()).toEqual(["DELETE /network/v2.0/ports/p0", "DELETE /network/v2.0/ports/p1"]);
    expect([own.cloud.servers.size, own.cloud.ports.size]).toEqual([0, 0]);
    expect(harness.infos).toContain(
      "removed what an interrupted command had left in the cloud: " +
        `server ${nodeName} (${serverId}), port ${port(0)} (p0), port ${port(1)} (p1)`,
    );
  });

  test("THEN no port goes while its server is there", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    own.cloud.addPort("p0", port(0), mine, serverId);
    const left: number[] = [];
    own.cloud.onGone = () => left.push(own.cloud.ports.size);
    await deletion();
    expect(left).toEqual([1]);
  });

  test("THEN a server that is still being built goes too, and one without ports", async () => {
    own.cloud.addServer(serverId, nodeName, owner, "BUILD");
    await deletion();
    expect(own.cloud.servers.size).toBe(0);
  });

  test("THEN ports alone go, whose creation was cut off before they had tags", async () => {
    own.cloud.addPort("p0", port(0), mine);
    await deletion();
    expect(own.cloud.writes).toEqual(["DELETE /network/v2.0/ports/p0"]);
  });

  test("THEN a port of an earlier release goes with the worker's server that it is attached to", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    own.cloud.addPort("p0", port(0), "", serverId);
    await deletion();
    expect(own.cloud.ports.size).toBe(0);
  });

  test("THEN what somebody removes at the same moment is a success", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    own.cloud.addPort("p0", port(0), mine);
    own.cloud.onRequest = (request) => {
      if (request.startsWith("DELETE /compute")) own.cloud.servers.clear();
      if (request.startsWith("DELETE /network")) own.cloud.ports.clear();
      return undefined;
    };
    await deletion();
  });

  test("THEN the same command continues one that was interrupted between the server and its ports", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    own.cloud.addPort("p0", port(0), mine, serverId);
    own.cloud.onRequest = (request) => (request.startsWith("DELETE /network") ? 403 : undefined);
    expect(await failureOf(deletion())).toMatch(/HTTP 403.*port lab-worker-0-port-0 \(p0\).*same command again/);
    own.cloud.onRequest = () => undefined;
    await deletion();
    expect(own.cloud.ports.size).toBe(0);
  });
});

describe("GIVEN a server that is left over and has a Node, WHEN its claim is deleted", () => {
  beforeEach(() => {
    own.cloud.addServer(serverId, nodeName, owner);
    // the cloud controller removes the Node of a server that is gone
    own.cloud.onGone = () => harness.api.remove("nodes", nodeName);
  });

  test("THEN one whose Node this stack did not cordon is kept, and so are its pods, and the error tells what to type", async () => {
    harness.node({ metadata: ours });
    harness.pod("web-1");
    const message = await failureOf(deletion());
    expect(message).toMatch(/server \S+ has this stack's name and owner, but is not in its state/);
    expect(message).toMatch(
      /oc adm drain lab-worker-0 .*; openstack server delete \S+; then run the same command again/,
    );
    expect(harness.api.requests.filter((it) => it.startsWith("PATCH") || it.endsWith("/eviction"))).toEqual([]);
    expect(own.cloud.writes).toEqual([]);
  });

  test("THEN one that this stack has cordoned loses its pods before the server is asked to go", async () => {
    harness.leavingNode();
    harness.pod("web-1");
    const pods: boolean[] = [];
    own.cloud.onRequest = (request) => {
      if (request.startsWith("DELETE")) pods.push(harness.api.get("pods", "web-1") !== undefined);
      return undefined;
    };
    await deletion();
    expect(pods).toEqual([false]);
    expect(harness.api.requests.filter((it) => it.endsWith("/eviction"))).toHaveLength(1);
    expect(own.cloud.servers.size).toBe(0);
  });

  test("THEN a pod that may not be evicted keeps the server, and the error names both ways out", async () => {
    harness.leavingNode();
    harness.pod("web-1");
    harness.api.onEvict = () => failure(429, "Cannot evict pod", ["The disruption budget web needs 1 healthy pod"]);
    const message = await failureOf(deletion({ drain: { ...nodeInputs.drain, timeout: 5 } }));
    expect(message).toMatch(/phase "drain" did not finish.*pools\[metal\]\.drain\.timeout/s);
    expect(message).toMatch(/pod shop\/web-1.*Run the same command again/s);
    expect(own.cloud.writes).toEqual([]);
  });

  test("THEN the Node of another server is not drained for it", async () => {
    harness.node({ serverId: "another", metadata: ours, ready: "Unknown" });
    harness.pod("web-1");
    await deletion();
    expect(harness.api.get("pods", "web-1")).toBeDefined();
    expect(own.cloud.servers.size).toBe(0);
  });
});

describe("GIVEN what does not carry the worker's name and owner, WHEN its claim is deleted", () => {
  test("THEN nothing of it is touched", async () => {
    own.cloud.addServer("s1", nodeName, "acme/openstack-baremetal-compute/other");
    own.cloud.addServer("s2", nodeName, undefined);
    own.cloud.addServer("s3", `${nodeName}1`, owner);
    own.cloud.addPort("p1", port(0), portDescription("acme/openstack-baremetal-compute/other", []));
    own.cloud.addPort("p2", port(0), "");
    own.cloud.addPort("p3", port(0), `note: ${owner}`);
    own.cloud.addPort("p4", `${nodeName}1-port-0`, mine);
    own.cloud.addPort("p5", port(1), "", "s1");
    await deletion();
    expect(own.cloud.writes).toEqual([]);
    expect([own.cloud.servers.size, own.cloud.ports.size]).toEqual([3, 5]);
  });

  test("THEN a port of the worker that another server uses stays, with a warning", async () => {
    own.cloud.addServer("s1", "database-3", undefined);
    own.cloud.addPort("p0", port(0), mine, "s1");
    await deletion();
    expect(own.cloud.writes).toEqual([]);
    expect(harness.warnings).toEqual([
      expect.stringMatching(/port lab-worker-0-port-0 \(p0\) is not removed: server s1/),
    ]);
  });

  test("THEN a port goes whose server is gone for good, though Nova has not said so to Neutron", async () => {
    own.cloud.addPort("p0", port(0), mine, "gone");
    await deletion();
    expect(own.cloud.ports.size).toBe(0);
  });
});

describe("GIVEN a claim that is replaced (`--replace`), WHEN it is deleted", () => {
  test("THEN the worker's server and ports, which stay in the state, are not even looked at", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    own.cloud.addPort("p0", port(0), mine, serverId);
    await deletion({}, { ...harness.operation(Infinity, "delete"), replacement: true });
    expect(own.cloud.requests).toEqual([]);
  });
});

describe("GIVEN a cloud in trouble, WHEN a claim is deleted", () => {
  beforeEach(() => {
    own.cloud.addServer(serverId, nodeName, owner);
  });

  test("THEN a token that has expired is renewed", async () => {
    await deletion({ nodeName: "lab-worker-1" });
    own.cloud.expireTokens();
    await deletion();
    expect(own.cloud.servers.size).toBe(0);
    expect(own.cloud.logins).toBe(2);
  });

  test("THEN a service that restarts is asked again, to look and to remove", async () => {
    const refused = new Map<string, number>();
    own.cloud.onRequest = (request) => {
      const times = refused.get(request) ?? 0;
      refused.set(request, times + 1);
      return times === 0 ? 503 : undefined;
    };
    await deletion();
    expect(own.cloud.servers.size).toBe(0);
  });

  test("THEN one that does not answer within the bound is an error that says what may be left and what to type", async () => {
    own.cloud.onRequest = () => 503;
    const message = await failureOf(deletion({ removeTimeout: 3 }));
    expect(message).toMatch(/^node lab-worker-0: phase "leftovers in the cloud" did not finish within/);
    expect(message).toMatch(/\(pools\[metal\]\.timeouts\.nodeRemoval\).*answered 503/);
    expect(message).toMatch(
      /may have left a server lab-worker-0 and its ports.*Run the same command again to continue/,
    );
    expect(message).not.toContain("canary-pass-93");
  });

  test("THEN credentials that are refused are an error at once", async () => {
    own.cloud.onRequest = () => 401;
    const message = await failureOf(deletion({ removeTimeout: 60 }));
    expect(message).toMatch(/refused the credentials \(401\).*may have left a server lab-worker-0/);
    expect(own.cloud.requests).toHaveLength(1);
  });

  test("THEN a server that does not go is an error that names it, its status and the key of its bound", async () => {
    own.cloud.addServer(serverId, nodeName, owner, "ERROR");
    own.cloud.stuck.add(serverId);
    own.cloud.addPort("p0", port(0), mine, serverId);
    const message = await failureOf(deletion({ deleteTimeout: 3 }));
    expect(message).toMatch(/phase "server removal" did not finish within .*\(pools\[metal\]\.timeouts\.delete\)/);
    expect(message).toContain(`server ${serverId} (ERROR: Nova reports no reason) to be gone`);
    expect(message).toMatch(/Not everything .*: server lab-worker-0 .*, port lab-worker-0-port-0 \(p0\)/);
    expect(own.cloud.ports.size).toBe(1);
  });

  test("THEN Ctrl-C ends it at once, and tells what is left", async () => {
    own.cloud.stuck.add(serverId);
    const ended = failureOf(deletion({ deleteTimeout: 60 }));
    await eventually(() => own.cloud.writes.length > 0, 30_000);
    harness.cancel();
    expect(await ended).toMatch(/cancelled while waiting for server .* to be gone.*Run the same command again/);
  });
});

test("GIVEN a cluster that is skipped, WHEN a claim is deleted THEN its server goes without a drain", async () => {
  own.cloud.addServer(serverId, nodeName, owner);
  harness.node({ metadata: ours });
  const resource = nodeClaim(
    () => Promise.reject(new Error("the cluster is not asked")),
    () => own.session,
  );
  const inputs = { nodeName, owner, configPath: "pools[metal]" };
  await resource.deleteSkippingCluster?.(harness.operation(Infinity, "delete"), {
    id: nodeName,
    inputs,
    state: inputs,
  });
  expect(own.cloud.servers.size).toBe(0);
  expect(harness.api.requests).toEqual([]);
});
