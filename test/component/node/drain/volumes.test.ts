import { beforeEach, describe, expect, test } from "@jest/globals";
import { Drain } from "../../../../components/node/drain/drain.ts";
import { nodeInputs, worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// A volume is awaited unless a pod uses it that stays on the node: pod -> claim -> volume -> attachment.

const harness = harnessForEachTest();
beforeEach(() => {
  harness.node();
  harness.api.put("daemonsets", { metadata: { name: "agent" } });
});

const leave = (timeout = 2) =>
  new Drain(harness.cluster, harness.operation(), { ...nodeInputs, drain: { ...nodeInputs.drain, timeout } }).run();
const agent = {
  ownerReferences: [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", uid: "d", controller: true }],
};
const attach = (volume: string) =>
  harness.api.put("volumeattachments", {
    metadata: { name: `va-${volume}` },
    spec: { nodeName: worker.nodeName, source: { persistentVolumeName: volume } },
  } as never);
const claim = (name: string, volumeName?: string) =>
  harness.api.put("claims", {
    metadata: { name, namespace: "shop" },
    spec: { ...(volumeName && { volumeName }) },
  } as never);
const data = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "agent-data" } }] };

describe("GIVEN volumes attached to a node, WHEN it leaves", () => {
  test("THEN that of a DaemonSet's pod, which stays, is not awaited", async () => {
    harness.pod("agent-x", { metadata: agent, spec: data });
    claim("agent-data", "pv-agent");
    attach("pv-agent");
    await leave(5);
    expect(harness.api.get("pods", "agent-x")).toBeDefined();
  });

  test("THEN a generic ephemeral one, whose claim is named after pod and volume, is not awaited either", async () => {
    harness.pod("agent-x", { metadata: agent, spec: { volumes: [{ name: "scratch", ephemeral: {} }] } });
    claim("agent-x-scratch", "pv-scratch");
    attach("pv-scratch");
    await leave(5);
  });

  test("THEN another one beside it is, and alone is named", async () => {
    harness.pod("agent-x", { metadata: agent, spec: data });
    claim("agent-data", "pv-agent");
    attach("pv-agent");
    attach("pv-web");
    const message = await failureOf(leave());
    expect(message).toContain("volume pv-web is still attached");
    expect(message).not.toContain("pv-agent");
  });

  test("THEN that of a pod that was evicted is awaited, whatever is left of its claim", async () => {
    harness.pod("web-1", { spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "web" } }] } });
    claim("web", "pv-web");
    attach("pv-web");
    const left = leave(5);
    await eventually(() => harness.infos.some((it) => it.includes("detachment of pv-web")));
    harness.api.remove("volumeattachments", "va-pv-web");
    await left;
  });

  test("THEN a claim that is gone or not bound frees nothing", async () => {
    harness.pod("agent-x", { metadata: agent, spec: data });
    harness.pod("agent-y", { metadata: agent, spec: { volumes: [{ name: "s", ephemeral: {} }] } });
    claim("agent-data");
    attach("pv-web");
    expect(await failureOf(leave())).toContain("volume pv-web is still attached");
  });

  test("THEN claims are looked up only when there is a volume, and each once", async () => {
    const claims = () => harness.api.requests.filter((it) => it.includes("persistentvolumeclaims"));
    harness.pod("agent-x", { metadata: agent, spec: data });
    claim("agent-data", "pv-agent");
    await leave(5);
    expect(claims()).toHaveLength(0);
    attach("pv-agent");
    attach("pv-web");
    const left = leave(5);
    await eventually(() => harness.infos.some((it) => it.includes("detachment of pv-web")));
    harness.api.remove("volumeattachments", "va-pv-web");
    await left;
    expect(claims()).toHaveLength(1);
  });

  test("THEN an API server that does not show the claims at once is asked again", async () => {
    harness.pod("agent-x", { metadata: agent, spec: data });
    claim("agent-data", "pv-agent");
    attach("pv-agent");
    let asked = 0;
    harness.api.onRequest = (request) =>
      request.includes("persistentvolumeclaims") && ++asked < 3 ? failure(503, "starting") : undefined;
    await leave(20);
    expect(asked).toBe(3);
  }, 20_000);
});
