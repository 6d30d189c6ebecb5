import { beforeEach, describe, expect, test } from "@jest/globals";
import { worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure, type Stored } from "../../support/scripted-objects.ts";

// drain.onTimeout: force. The two minutes after the deadline end early here, by the resource's customTimeouts.

const harness = harnessForEachTest();
beforeEach(() => {
  harness.node();
});

const forced = (drain: object = {}, seconds = 4) =>
  harness.drain({ timeout: 1.5, onTimeout: "force", ...drain }, harness.operation(seconds, "delete"));
const refused = (): [number, object] => failure(429, "Cannot evict pod", ["The disruption budget web needs 2"]);
const deletions = () => harness.api.requests.filter((it) => /^DELETE .*\/pods\//.test(it));
const terminating = (pod: Stored) =>
  harness.pod(pod.metadata.name, { metadata: { uid: pod.metadata.uid, deletionTimestamp: new Date().toISOString() } });
const attach = () =>
  harness.api.put("volumeattachments", {
    metadata: { name: "va" },
    spec: { nodeName: worker.nodeName, source: { persistentVolumeName: "pv-1" } },
  } as never);

describe("GIVEN onTimeout force and pods that a budget protects, WHEN the drain's time is up", () => {
  test("THEN they are deleted, not before, and that is reported", async () => {
    harness.pod("web-1", { spec: { terminationGracePeriodSeconds: 600 } });
    harness.api.onEvict = () => {
      expect(deletions()).toEqual([]);
      return refused();
    };
    const bodies: object[] = [];
    harness.api.onBody = (request, body) => {
      if (request.startsWith("DELETE")) bodies.push(body);
    };
    await forced();
    expect(harness.api.get("pods", "web-1")).toBeUndefined();
    expect(bodies).toMatchObject([{ gracePeriodSeconds: 90 }]);
    expect(harness.warnings).toEqual([
      expect.stringMatching(
        /phase "drain" timed out, and pools\[0\]\.drain\.onTimeout is force: the remaining pods are deleted/,
      ),
    ]);
  });

  test("THEN one that does not go is left to the end of its machine, and named", async () => {
    harness.pod("web-1");
    harness.api.onEvict = refused;
    harness.api.onRequest = (request) => {
      const pod = harness.api.get("pods", "web-1");
      if (!request.startsWith("DELETE") || !pod) return undefined;
      terminating(pod);
      return [200, {}];
    };
    await forced();
    expect(harness.warnings[1]).toMatch(
      /the detach continues although these are left: pod shop\/web-1 \(ReplicaSet web\): deleted, terminating/,
    );
  });

  test("THEN volumes that stay are left too, and named", async () => {
    attach();
    await forced();
    expect(harness.warnings).toEqual([
      expect.stringMatching(/phase "volumes" timed out/),
      expect.stringMatching(/these are left: volume pv-1 is still attached/),
    ]);
  });

  test("THEN volumes that go meanwhile are waited for", async () => {
    attach();
    const left = forced();
    await eventually(() => harness.warnings.length === 1);
    harness.api.remove("volumeattachments", "va");
    await left;
    expect(harness.warnings).toHaveLength(1);
  });
});

describe("GIVEN onTimeout force, WHEN the drain is blocked by something else than its timeout", () => {
  test("THEN the policy still fails at once", async () => {
    harness.pod("cache-1", { spec: { volumes: [{ name: "tmp", emptyDir: {} }] } });
    expect(await failureOf(forced({ deleteEmptyDirData: false }))).toMatch(/drain policy forbids/);
    expect(deletions()).toEqual([]);
  });

  test("THEN an API server that does not answer has deleted nothing: the server is kept", async () => {
    harness.pod("web-1");
    harness.api.onEvict = () => {
      harness.api.down = true;
      harness.api.cut();
      return refused();
    };
    expect(await failureOf(forced())).toMatch(
      /phase "forced drain"[^]*server is untouched[^]*the API server does not answer: /,
    );
  });

  test("THEN an API server that never answered is no reason to go on", async () => {
    harness.api.down = true;
    expect(await failureOf(forced())).toMatch(/phase "cordon"/);
  });

  test("THEN the engine's customTimeouts, which are too short, fail it", async () => {
    harness.pod("web-1");
    harness.api.onEvict = refused;
    expect(await failureOf(forced({ timeout: 5 }, 2))).toMatch(/by the resource's customTimeouts\.delete/);
    expect(deletions()).toEqual([]);
  });

  test("THEN a cancel ends it at once", async () => {
    attach();
    const failing = failureOf(forced({}, 60));
    await eventually(() => harness.warnings.length === 1);
    harness.cancel();
    expect(await failing).toMatch(/cancelled in phase "forced drain"/);
  });
});
