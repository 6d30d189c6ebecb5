import { beforeEach, describe, expect, test } from "@jest/globals";
import { worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { type Answer, failure } from "../../support/scripted-objects.ts";

// What a cluster's own rules deny: each answer is about one pod, and may be another in a moment.

const harness = harnessForEachTest();
beforeEach(() => {
  harness.node();
});

const leave = (drain: object = {}) => harness.drain({ timeout: 1.5, ...drain });
const webhook = 'admission webhook "guard.example.com" denied the request: web-1 holds the lock';
const policy = "ValidatingAdmissionPolicy 'keep-web' with binding 'keep-web' denied request: web-1 holds the lock";
const denied = [
  [400, webhook],
  [401, `pods "web-1" is forbidden: ${policy}`],
  [403, 'admission webhook "guard.example.com" denied the request: nobody cannot delete resource web-1'],
  [404, webhook],
  [409, webhook],
  [422, `pods "web-1" is forbidden: ${policy}`],
  [422, 'Eviction.policy "web-1" is invalid: deleteOptions: Invalid value'],
] as const;

/** Answers the eviction of one pod; the others are evicted. */
const answerFor = (name: string, answer: () => Answer | undefined) => {
  harness.api.onEvict = ({ metadata }) => (metadata.name === name ? answer() : undefined);
};

describe("GIVEN an eviction that the cluster denies, WHEN the node leaves", () => {
  test.each(denied)(
    "THEN with %i (%s) the other pods are evicted, and line and error name pod, node and reason",
    async (status, message) => {
      for (const name of ["web-1", "web-2", "web-3"]) harness.pod(name);
      answerFor("web-1", () => failure(status, message));
      const error = await failureOf(leave());
      expect(harness.api.get("pods", "web-1")).toBeDefined();
      for (const name of ["web-2", "web-3"]) expect(harness.api.get("pods", name)).toBeUndefined();
      expect(error).toContain(
        `node ${worker.nodeName}: phase "drain" did not finish within 2s (pools[0].drain.timeout)`,
      );
      expect(error).toContain(`pod shop/web-1 (ReplicaSet web): API server: ${message}`);
      expect(harness.infos.some((it) => it.startsWith("drain: ") && it.includes(message))).toBe(true);
    },
  );

  test("THEN it is tried again until it is allowed", async () => {
    harness.pod("web-1");
    let tries = 0;
    answerFor("web-1", () => (++tries < 2 ? failure(422, policy) : undefined));
    await leave({ timeout: 15 });
    expect(tries).toBe(2);
  });

  test("THEN the line names it before pods that merely terminate", async () => {
    for (const name of ["app-1", "web-1"]) harness.pod(name);
    harness.api.onEvict = ({ metadata }) => (metadata.name === "web-1" ? failure(400, webhook) : [201, {}]);
    await failureOf(leave());
    expect(harness.infos.some((it) => it.includes(`waiting for pod shop/web-1 (ReplicaSet web): API server`))).toBe(
      true,
    );
  });
});

describe("GIVEN a deletion that the cluster denies under disableEviction, WHEN the node leaves", () => {
  test("THEN the other pods are deleted, and the error names the reason", async () => {
    for (const name of ["web-1", "web-2"]) harness.pod(name);
    harness.api.onRequest = (request) =>
      request.startsWith("DELETE") && request.endsWith("/web-1") ? failure(400, webhook) : undefined;
    expect(await failureOf(leave({ disableEviction: true }))).toContain(webhook);
    expect(harness.api.get("pods", "web-2")).toBeUndefined();
  });
});

describe("GIVEN a cordon that the cluster denies, WHEN the node leaves", () => {
  const denyPatches = (answer: () => Answer | undefined) => {
    harness.api.onRequest = (request) => (request.startsWith("PATCH") ? answer() : undefined);
  };

  test.each([
    [400, webhook],
    [403, `nodes "${worker.nodeName}" is forbidden: ${policy}`],
    [500, 'Internal error occurred: failed calling webhook "guard.example.com": no endpoints available'],
  ])("THEN with %i (%s) line and error name the reason", async (status, message) => {
    denyPatches(() => failure(status, message));
    const error = await failureOf(leave());
    expect(error).toContain(`node ${worker.nodeName}: phase "cordon" did not finish within 2s`);
    expect(error).toContain(message);
    expect(harness.infos.some((it) => it.startsWith("cordon: ") && it.includes(message))).toBe(true);
  });

  test("THEN it is tried again until it is allowed", async () => {
    let tries = 0;
    denyPatches(() => (++tries < 2 ? failure(422, policy) : undefined));
    await leave({ timeout: 5 });
    expect(tries).toBe(2);
  });
});

describe("GIVEN a drain under way, WHEN a pod appears that the drain policy protects", () => {
  const debug = () => harness.pod("debug", { metadata: { ownerReferences: [] } });
  const startDebugging = async (drain: object = {}) => {
    for (const name of ["web-1", "web-2"]) harness.pod(name);
    answerFor("web-2", () => failure(429, "Cannot evict pod", ["The disruption budget web needs 2"]));
    const ended = leave({ timeout: 15, force: false, ...drain });
    ended.catch(() => undefined);
    await eventually(() => harness.api.get("pods", "web-1") === undefined);
    debug();
    return { ended };
  };

  test("THEN the drain continues, and is done once that pod has ended", async () => {
    const { ended } = await startDebugging();
    harness.api.onEvict = () => undefined;
    await eventually(() => harness.api.get("pods", "web-2") === undefined, 8_000);
    await eventually(() => harness.infos.some((it) => it.includes("waiting for pod shop/debug (no controller)")));
    harness.api.remove("pods", "debug");
    await ended;
  });

  test("THEN at the timeout it is named with the setting, beside what was evicted", async () => {
    const { ended } = await startDebugging({ timeout: 2 });
    const error = await failureOf(ended);
    expect(error).toMatch(/phase "drain" did not finish within 2s/);
    expect(error).toMatch(/the node stays cordoned\. 1 pod was evicted: shop\/web-1\./);
    expect(error).toMatch(
      /pod shop\/debug \(no controller\): no controller would recreate it: evicted only with force/,
    );
    expect(error).toContain("pools[0].drain.force");
    expect(harness.api.get("pods", "debug")).toBeDefined();
  });

  test("THEN onTimeout force does not delete it: the server is kept", async () => {
    const { ended } = await startDebugging({ timeout: 2, onTimeout: "force" });
    const error = await failureOf(ended);
    expect(error).toMatch(/its drain policy forbids the eviction of some pods.*1 pod was evicted: shop\/web-1\./);
    expect(harness.api.get("pods", "debug")).toBeDefined();
  });
});

test("GIVEN a bare pod from the start WHEN the node leaves THEN the error says that nothing was evicted", async () => {
  harness.pod("web-1");
  harness.pod("bare", { metadata: { ownerReferences: [] } });
  const error = await failureOf(leave({ force: false }));
  expect(error).toMatch(/its drain policy forbids the eviction of some pods.*No pod was evicted\./);
  expect(harness.api.get("pods", "web-1")).toBeDefined();
});
