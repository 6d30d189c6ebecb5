import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { asProperties } from "../../../../components/node/operation/types.ts";
import { openShiftNode } from "../../../../components/node/resources/openshift-node.ts";
import { clientCsr, generateKeys, otherServer, owner, worker } from "../../../support/node-fixtures.ts";
import { bedForEachTest, ending, eventually, failureOf, joining } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-api.ts";

const bed = bedForEachTest();
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const second = { nodeName: "lab-worker-1", serverId: otherServer, fixedIps: ["10.0.0.11"] };

/** The rest of a join whose client request is approved. */
const completes = async (joined: Promise<{ state: string }>) => {
  bed.node();
  await bed.request("csr-serving", "serving");
  expect((await joined).state).toBe("Ready");
};

describe("GIVEN requests about a worker, WHEN it joins", () => {
  test("THEN one that comes hours after its server is fine (okd#373), one from before it stays pending", async () => {
    await bed.request("csr-late", "client", { created: ago(10) });
    await bed.request("csr-former", "client", { created: ago(4 * 3600) });
    const joined = bed.join({ serverCreated: ago(3 * 3600) });
    await eventually(() => bed.approved("csr-late"));
    await completes(joined);
    expect(bed.approved("csr-former")).toBe(false);
    expect(bed.warnings).toEqual([expect.stringMatching(/csr-former stays pending \(window\)/)]);
  });

  test("THEN a second key after the approval stays pending, and both names are told", async () => {
    await bed.request("csr-own", "client");
    const joined = bed.join();
    await eventually(() => bed.approved("csr-own"));
    await bed.request("csr-second", "client");
    await eventually(() => bed.warnings.length > 0);
    await completes(joined);
    expect(bed.approved("csr-second")).toBe(false);
    expect(bed.warnings[0]).toMatch(/csr-second stays pending \(one-key\): csr-second has another key than csr-own/);
  });

  test("THEN a second key stays pending even when the first request is gone (kubernetes, cleaner.go: after an hour)", async () => {
    await bed.request("csr-own", "client");
    const failing = failureOf(bed.join(ending("servingCsr")));
    await eventually(() => bed.approved("csr-own"));
    bed.api.remove("csrs", "csr-own");
    await bed.request("csr-second", "client");
    expect(await failing).toMatch(/csr-second .*refused \(one-key\): csr-second has another key than csr-own/);
    expect(bed.approved("csr-second")).toBe(false);
  });

  test("THEN two keys stay pending, are reported once with both names, and are in the error", async () => {
    await bed.request("csr-a", "client");
    await bed.request("csr-b", "client");
    const message = await failureOf(bed.join(ending("boot")));
    expect([bed.approved("csr-a"), bed.approved("csr-b")]).toEqual([false, false]);
    expect(bed.warnings).toHaveLength(2);
    expect(bed.warnings[0]).toMatch(/csr-a stays pending \(one-key\): csr-a, csr-b/);
    expect(message).toMatch(/csr-b .*refused \(one-key\)/);
    expect(message).toMatch(/Next:\n.*oc describe csr csr-a csr-b; those that are nobody's: oc delete csr csr-a csr-b/);
  });

  test("THEN the same key twice is no error", async () => {
    const keys = await generateKeys();
    await bed.request("csr-a", "client", { keys });
    await bed.request("csr-b", "client", { keys });
    expect(await failureOf(bed.join(ending("servingCsr")))).toMatch(/phase "registration"/);
    expect(bed.warnings).toEqual([]);
  });

  test("THEN an impostor's stays pending and does not hinder the worker's own", async () => {
    await bed.request("csr-x", "client", { username: "mallory" });
    await bed.request("csr-a", "client");
    await failureOf(bed.join(ending("servingCsr")));
    expect([bed.approved("csr-x"), bed.approved("csr-a")]).toEqual([false, true]);
    expect(bed.warnings).toEqual([expect.stringMatching(/csr-x stays pending \(user\): requested by mallory/)]);
  });

  test("THEN one that is about two workers is reported once, and one about nobody we know not at all", async () => {
    const [nodeName, ip] = ["lab-worker-0", "10.0.0.11"];
    await bed.request("csr-both", "serving", { username: "system:node:rogue", nodeName, ip });
    await bed.request("csr-nobody", "client", { nodeName: "lab-worker-7", username: "mallory" });
    await Promise.all([failureOf(bed.join(ending("boot"))), failureOf(bed.join({ ...ending("boot"), ...second }))]);
    expect(bed.warnings).toEqual([expect.stringMatching(/csr-both stays pending \(user\)/)]);
  });

  test("THEN an approval that the API server did not take is tried again, as long as it takes", async () => {
    await bed.request("csr-client", "client");
    let refused = 0;
    bed.api.onRequest = (request) =>
      request.startsWith("PUT") && refused++ < 3 ? failure(503, "starting") : undefined;
    const joined = bed.join();
    await eventually(() => bed.approved("csr-client"));
    await completes(joined);
    expect(refused).toBeGreaterThan(3);
  });
});

describe("GIVEN two workers that join with each other's names (they cannot be told apart before they register)", () => {
  test("WHEN the Nodes register with the other's address THEN both joins are refused, and no serving request is approved", async () => {
    const joins = Promise.all([failureOf(bed.join()), failureOf(bed.join(second))]);
    await bed.request("csr-0", "client");
    await bed.request("csr-1", "client", { nodeName: second.nodeName });
    await eventually(() => bed.approved("csr-0") && bed.approved("csr-1"));
    await bed.request("csr-2", "serving", { ip: "10.0.0.11" });
    await bed.request("csr-3", "serving", { nodeName: second.nodeName, ip: "10.0.0.10" });
    bed.node({ ip: "10.0.0.11", serverId: null });
    bed.node({ metadata: { name: second.nodeName }, ip: "10.0.0.10", serverId: null });
    const [first, other] = await joins;
    expect(first).toMatch(/lab-worker-0: .*InternalIP 10\.0\.0\.11 is none of the fixed IPs .*10\.0\.0\.10/);
    expect(other).toMatch(/lab-worker-1: .*InternalIP 10\.0\.0\.10 is none of the fixed IPs .*10\.0\.0\.11/);
    expect([bed.approved("csr-2"), bed.approved("csr-3")]).toEqual([false, false]);
  });

  test("WHEN each node asks in the other's name from its own address THEN none is approved, and each is reported once", async () => {
    bed.node();
    bed.node({ metadata: { name: second.nodeName }, ip: "10.0.0.11", serverId: otherServer });
    await bed.request("csr-0", "serving", { username: "system:node:lab-worker-0", nodeName: second.nodeName });
    await bed.request("csr-1", "serving", { username: "system:node:lab-worker-1", ip: "10.0.0.11" });
    await Promise.all([
      failureOf(bed.join(ending("servingCsr"))),
      failureOf(bed.join({ ...ending("servingCsr"), ...second })),
    ]);
    expect([bed.approved("csr-0"), bed.approved("csr-1")]).toEqual([false, false]);
    for (const name of ["csr-0", "csr-1"]) expect(bed.warnings.join("\n")).toContain(`${name} stays pending`);
    expect(new Set(bed.warnings).size).toBe(bed.warnings.length);
  });
});

describe("GIVEN more pending requests than the cluster could need (cluster-machine-approver, reconcileLimits)", () => {
  const { signer: signerName, username, groups, usages } = clientCsr();
  const names = Array.from({ length: 110 }, (_, i) => `csr-flood-${i}`);
  const flood = () => {
    for (const name of names) {
      bed.api.put("csrs", {
        metadata: { name },
        spec: { request: "eA==", signerName, username, groups, usages },
      } as never);
    }
  };

  test("WHEN workers join THEN nothing is approved, it is said once, and the joins go on when it is over", async () => {
    flood();
    await bed.request("csr-client", "client");
    const other = failureOf(bed.join({ ...ending("boot"), ...second }));
    const joined = bed.join();
    await bed.request("csr-other", "client", { nodeName: second.nodeName });
    const message = await other;
    expect(message).toMatch(
      /csr-other .*refused \(flood\): 112 node requests of the last hour are pending, 102 may be/,
    );
    expect(message).toMatch(/Next:\n.*oc get csr: who files so many/);
    expect([bed.approved("csr-client"), bed.approved("csr-other")]).toEqual([false, false]);
    expect(bed.warnings).toHaveLength(1);
    const held = /boot: .*waiting for .* \(112 node requests .* nothing is approved/;
    await eventually(() => bed.lines.some((it) => held.test(it)));
    for (const name of names) bed.api.remove("csrs", name);
    await eventually(() => bed.approved("csr-client"));
    await completes(joined);
  }, 10_000);

  test("WHEN the config asks for as many workers THEN it is no flood", async () => {
    bed.connect({ expectedWorkers: 20 });
    flood();
    await bed.request("csr-client", "client");
    const joined = bed.join();
    await eventually(() => bed.approved("csr-client"));
    await completes(joined);
  });
});

describe("GIVEN a worker whose certificate lapsed: silent, its Node there, its kubelet asks again", () => {
  const silent = (lastHeartbeatTime: string) => {
    const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
    bed.node({ ready: "Unknown", lastHeartbeatTime, metadata: { creationTimestamp: ago(86_400), annotations: marks } });
  };
  const inputs = { ...joining, serverCreated: ago(90_000) };

  test("WHEN it joins again THEN its request is approved, and it is Ready with its former serving certificate", async () => {
    silent(ago(60));
    await bed.request("csr-again", "client");
    const joined = bed.join(inputs);
    await eventually(() => bed.approved("csr-again"));
    bed.node({ metadata: { creationTimestamp: ago(86_400) } });
    expect((await joined).state).toBe("Ready");
    expect(bed.warnings).toEqual([]);
  });

  test("WHEN a preview looks for drift THEN its request is one, until it is approved", async () => {
    silent(ago(60));
    const resource = openShiftNode(() => Promise.resolve(bed.cluster));
    const state = asProperties(inputs, { owner, state: "Ready" });
    const drift = () => resource.drift(bed.operation(), { id: worker.nodeName, inputs: state, state }, state);
    expect(await drift()).toEqual([]);
    await bed.request("csr-again", "client");
    await eventually(() => bed.cluster.csrs.size === 1);
    expect(await drift()).toEqual([
      { path: "state", what: expect.stringMatching(/certificate, which lapsed.*csr-again/) },
    ]);
  });

  test("WHEN it reported after it asked THEN its request stays pending", async () => {
    silent(ago(5));
    await bed.request("csr-again", "client", { created: ago(60) });
    expect(await failureOf(bed.join({ ...inputs, ...ending("ready") }))).toMatch(
      /csr-again .*refused \(node-absent\).*still reported/,
    );
    expect(bed.approved("csr-again")).toBe(false);
  });
});
