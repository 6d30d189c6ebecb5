import { beforeEach, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// A volume is awaited unless a pod uses it that stays on the node: pod -> claim -> volume -> attachment.

const harness = harnessForEachTest();
beforeEach(() => {
  harness.node();
  harness.api.put("daemonsets", { metadata: { name: "agent" } });
});

const leave = (timeout = 2) => harness.drain({ timeout });
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
  });

  test("THEN one whose VolumeAttachment says that it is not attached is not awaited", async () => {
    harness.api.put("volumeattachments", {
      metadata: { name: "va-pv-web" },
      spec: { nodeName: worker.nodeName, source: { persistentVolumeName: "pv-web" } },
      status: { attached: false, attachError: { message: "rpc error" } },
    } as never);
    await leave(5);
  });

  test("THEN one that becomes detached while its VolumeAttachment stays is not awaited any longer", async () => {
    attach("pv-web");
    const left = leave(5);
    await eventually(() => harness.infos.some((it) => it.includes("detachment of pv-web")));
    harness.api.put("volumeattachments", {
      metadata: { name: "va-pv-web", finalizers: ["external-attacher/gone"] },
      spec: { nodeName: worker.nodeName, source: { persistentVolumeName: "pv-web" } },
      status: { attached: false },
    } as never);
    await left;
  });
});

describe("GIVEN volumes that only the Node's status lists as attached, WHEN it leaves", () => {
  const driver = "iscsi.csi.example.com";
  const unique = (handle: string) => `kubernetes.io/csi/${driver}^${handle}`;
  const list = (...names: string[]) => {
    harness.node({ spec: { unschedulable: true }, volumesAttached: names });
  };
  /** As the attach/detach controller names it (kubernetes, pkg/volume/csi/csi_attacher.go, getAttachmentName). */
  const attachmentOf = (handle: string) =>
    `csi-${createHash("sha256").update(`${handle}${driver}${worker.nodeName}`).digest("hex")}`;
  const attachAs = (handle: string, volume: string, attached = true) =>
    harness.api.put("volumeattachments", {
      metadata: { name: attachmentOf(handle) },
      spec: { nodeName: worker.nodeName, source: { persistentVolumeName: volume } },
      status: { attached },
    } as never);

  test("THEN they are awaited, and named", async () => {
    list(unique("vol-1"));
    const message = await failureOf(leave());
    expect(message).toContain(`volume ${unique("vol-1")} is still attached`);
  });

  test("THEN the drain is done once the status lists them no longer", async () => {
    list(unique("vol-1"));
    const left = leave(5);
    await eventually(() => harness.infos.some((it) => it.includes(`detachment of ${unique("vol-1")}`)));
    list();
    await left;
  });

  test("THEN one that has its VolumeAttachment is named once, by its volume", async () => {
    list(unique("vol-1"));
    attachAs("vol-1", "pv-web");
    const message = await failureOf(leave());
    expect(message).toContain("volume pv-web is still attached");
    expect(message).not.toContain("vol-1");
  });

  test.each([true, false])("THEN one of a pod that stays is not awaited (attached: %s)", async (attached) => {
    harness.pod("agent-x", { metadata: agent, spec: data });
    claim("agent-data", "pv-agent");
    list(unique("vol-1"));
    attachAs("vol-1", "pv-agent", attached);
    await leave(5);
  });

  test("THEN one that a pod may use that stays, for its volume has no VolumeAttachment, is not awaited", async () => {
    harness.pod("agent-x", { metadata: agent, spec: data });
    claim("agent-data", "pv-agent");
    list("kubernetes.io/iscsi/192.0.2.7:3260:iqn.2026-11.example:store:0");
    await leave(5);
  });
});
