import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { allTimeouts, generateKeys, worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest, withShortTimeout } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

const harness = harnessForEachTest();
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

describe("GIVEN a join that cannot be completed, WHEN its time is up", () => {
  test("THEN a machine that does not boot is reported with phase, timeout, config key and the commands to type", async () => {
    const message = await failureOf(harness.join({ ...withShortTimeout("boot"), serverUrn: "urn:server" }));
    expect(message).toMatch(/phase "boot" did not finish within 1s \(pools\[0\]\.timeouts\.boot\)/);
    expect(message).toMatch(/no certificate request/);
    expect(message).toMatch(/BMC/);
    expect(message).toMatch(
      /Next:\n.*`pulumi up` again: it continues with the same server.*\n.*pulumi up --replace 'urn:server'/,
    );
  });

  test("THEN requests of an earlier worker of its name or its address are not among what was seen", async () => {
    const ips = worker.fixedIps.slice(0, 1);
    await harness.request("csr-former", "client", { created: ago(4 * 3600) });
    await harness.request("csr-address", "serving", { created: ago(4 * 3600), nodeName: "lab-other-3", ips });
    await harness.request("csr-impostor", "serving", { nodeName: "lab-other-3", ips });
    const message = await failureOf(harness.join({ ...withShortTimeout("boot"), serverCreated: ago(60) }));
    expect(message).toMatch(/serving request csr-impostor .*refused/);
    expect(message).toMatch(/oc describe csr csr-impostor;/);
    expect(message).not.toMatch(/csr-former|csr-address/);
  });

  test("THEN a kubelet that does not register is reported with the approved requests and the last events of its Node", async () => {
    await harness.request("csr-client", "client");
    for (const [i, reason] of ["First", "Second", "Third", "Fourth", "Fifth", "Sixth"].entries()) {
      harness.event(reason, { ago: 4 - i / 2, count: i + 1 });
    }
    harness.event("Elsewhere", { about: "lab-worker-1" });
    harness.event("Former", { ago: 3600 });
    const message = await failureOf(harness.join(withShortTimeout("servingCsr")));
    expect(message).toMatch(/phase "registration" .*timeouts\.servingCsr/);
    expect(message).toMatch(/client request csr-client .*already approved, certificate issued/);
    expect(message).toMatch(
      /client request approved .* ago, no Node lab-worker-0: the kubelet cannot reach the API server/,
    );
    expect(message).toMatch(/last events: \ds ago Second: Node lab-worker-0 event: Second \(2 times\); .*\(6 times\)/);
    expect(message).not.toMatch(/First|Elsewhere|Former/);
  });

  test("THEN a certificate that is not signed is reported", async () => {
    harness.api.signs = false;
    await harness.request("csr-client", "client");
    const message = await failureOf(harness.join(withShortTimeout("servingCsr")));
    expect(message).toMatch(/client request csr-client .*already approved, certificate not issued/);
    expect(message).toMatch(
      /client request approved .* ago, no Node lab-worker-0: its certificate is not issued: kube-/,
    );
  });

  test("THEN events that cannot be read are no reason to say less", async () => {
    harness.api.onRequest = (request) => (request.includes("/events") ? failure(500, "etcd is away") : undefined);
    const message = await failureOf(harness.join(withShortTimeout("boot")));
    expect(message).toMatch(/phase "boot" did not finish/);
    expect(message).toMatch(/last events: could not be read \(API server: etcd is away\)/);
  });

  test("THEN a node that is not Ready is reported with its conditions", async () => {
    harness.node({ ready: "False" });
    await harness.request("csr-serving", "serving");
    const message = await failureOf(harness.join(withShortTimeout("ready")));
    expect(message).toMatch(/phase "ready" .*timeouts\.ready.*condition Ready \(False: no CNI\)/);
  });

  test("THEN the engine's customTimeouts limit all phases together", async () => {
    expect(await failureOf(harness.join({}, 0.3))).toMatch(/by the resource's customTimeouts\.create/);
  });
});

describe("GIVEN a join, WHEN it can no longer be completed", () => {
  const withoutTimeouts = { timeouts: allTimeouts(3600) };

  test("THEN a wrong address is reported at once, and its serving request stays pending", async () => {
    harness.node({ ips: ["10.0.0.99"] });
    await harness.request("csr-serving", "serving");
    expect(await failureOf(harness.join(withoutTimeouts))).toMatch(/InternalIP 10\.0\.0\.99 is none of the fixed IPs/);
    expect(harness.approved("csr-serving")).toBe(false);
  });

  test("THEN a Node that is deleted is reported at once, with its last events and the commands to type", async () => {
    await harness.request("csr-client", "client");
    const failing = failureOf(harness.join({ ...withoutTimeouts, serverUrn: "urn:server" }));
    await eventually(() => harness.approved("csr-client"));
    harness.node({ ready: "False", serverId: null });
    await eventually(() => harness.infos.some((it) => it.startsWith("serving CSR")));
    harness.event("DeletingNode");
    harness.api.remove("nodes", worker.nodeName);
    const message = await failing;
    expect(message).toMatch(/its Node had registered and is gone again \(phase "serving CSR"\): somebody deleted it/);
    expect(message).toMatch(/last events: .*DeletingNode/);
    expect(message).toMatch(/systemctl restart kubelet, then `pulumi up`\n.*pulumi up --replace 'urn:server'/);
  });

  test("THEN a Node that is deleted while its kubelet requests to join is awaited, and annotated again", async () => {
    const keys = await generateKeys();
    await harness.request("csr-client", "client", { keys });
    const joined = harness.join();
    await eventually(() => harness.approved("csr-client"));
    harness.node({ ready: "False", serverId: null });
    await eventually(() => harness.annotations()[annotations.serverId] === worker.serverId);
    await harness.request("csr-again", "client", { keys });
    await eventually(() => harness.warnings.some((it) => it.includes("node-absent")));
    harness.api.remove("nodes", worker.nodeName);
    await eventually(() => harness.approved("csr-again"));
    harness.node();
    await harness.request("csr-serving", "serving");
    await joined;
    expect(harness.annotations()).toMatchObject({ [annotations.serverId]: worker.serverId });
  });

  test("THEN a missing permission is reported with the phase and the file that lists the permissions", async () => {
    harness.api.onRequest = (request) => (request.startsWith("PUT") ? failure(403, "csr is forbidden") : undefined);
    await harness.request("csr-client", "client");
    const message = await failureOf(harness.join(withoutTimeouts));
    expect(message).toMatch(
      /phase "boot": API server: csr is forbidden\. .*components\/kubernetes\/permissions\.ts.*`pulumi up`/,
    );
  });

  test("THEN a cancelled one ends at once and says what is kept", async () => {
    const failing = failureOf(harness.join(withoutTimeouts));
    await eventually(() => harness.api.requests.some((it) => it.startsWith("WATCH")));
    harness.cancel();
    expect(await failing).toMatch(/cancelled in phase "boot".*Run `pulumi up` again to continue/);
  });
});
