import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { bounds, generateKeys, worker } from "../../../support/node-fixtures.ts";
import { bedForEachTest, ending, eventually, failureOf } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-api.ts";

const bed = bedForEachTest();

describe("GIVEN a join that cannot be completed, WHEN its time is up", () => {
  test("THEN a machine that does not boot is told by phase, bound and config key, with the commands to type", async () => {
    const message = await failureOf(bed.join({ ...ending("boot"), serverUrn: "urn:server" }));
    expect(message).toMatch(/phase "boot" not done within 1s \(pools\[0\]\.timeouts\.boot\)/);
    expect(message).toMatch(/no certificate request/);
    expect(message).toMatch(/BMC/);
    expect(message).toMatch(/Next:\n.*`pulumi up` goes on with the same server.*\n.*pulumi up --replace 'urn:server'/);
  });

  test("THEN a kubelet that does not register is told with what was approved, and with the last events of its Node", async () => {
    await bed.request("csr-client", "client");
    for (const [i, reason] of ["First", "Second", "Third", "Fourth", "Fifth", "Sixth"].entries()) {
      bed.event(reason, { ago: 4 - i / 2, count: i + 1 });
    }
    bed.event("Elsewhere", { about: "lab-worker-1" });
    bed.event("Former", { ago: 3600 });
    const message = await failureOf(bed.join(ending("servingCsr")));
    expect(message).toMatch(/phase "registration" .*timeouts\.servingCsr/);
    expect(message).toMatch(/client request csr-client .*already approved, certificate issued/);
    expect(message).toMatch(
      /client request approved .* ago, no Node lab-worker-0: the kubelet cannot reach the API server/,
    );
    expect(message).toMatch(/last events: \ds ago Second: Node lab-worker-0 event: Second \(2 times\); .*\(6 times\)/);
    expect(message).not.toMatch(/First|Elsewhere|Former/);
  });

  test("THEN a certificate that nobody signs is told", async () => {
    bed.api.signs = false;
    await bed.request("csr-client", "client");
    const message = await failureOf(bed.join(ending("servingCsr")));
    expect(message).toMatch(/client request csr-client .*already approved, certificate not issued/);
    expect(message).toMatch(
      /client request approved .* ago, no Node lab-worker-0: its certificate is not issued: kube-/,
    );
  });

  test("THEN events that cannot be read are no reason to say less", async () => {
    bed.api.onRequest = (request) => (request.includes("/events") ? failure(500, "etcd is away") : undefined);
    const message = await failureOf(bed.join(ending("boot")));
    expect(message).toMatch(/phase "boot" not done/);
    expect(message).toMatch(/last events: not read \(API server: etcd is away\)/);
  });

  test("THEN a node that is not ready is told with its conditions", async () => {
    bed.node({ ready: "False" });
    await bed.request("csr-serving", "serving");
    const message = await failureOf(bed.join(ending("ready")));
    expect(message).toMatch(/phase "ready" .*timeouts\.ready.*condition Ready \(False: no CNI\)/);
  });

  test("THEN the engine's own bound counts over all phases", async () => {
    expect(await failureOf(bed.join({}, 0.3))).toMatch(/ended by the resource's customTimeouts\.create/);
  });
});

describe("GIVEN a join, WHEN it can no longer be completed", () => {
  const boundless = { timeouts: bounds(3600) };

  test("THEN a wrong address is told at once, and its serving request stays pending", async () => {
    bed.node({ ip: "10.0.0.99" });
    await bed.request("csr-serving", "serving");
    expect(await failureOf(bed.join(boundless))).toMatch(/InternalIP 10\.0\.0\.99 is none of the fixed IPs/);
    expect(bed.approved("csr-serving")).toBe(false);
  });

  test("THEN a Node that vanishes is told at once, with its last events and the commands to type", async () => {
    await bed.request("csr-client", "client");
    const failing = failureOf(bed.join({ ...boundless, serverUrn: "urn:server" }));
    await eventually(() => bed.approved("csr-client"));
    bed.node({ ready: "False", serverId: null });
    await eventually(() => bed.lines.some((it) => it.startsWith("serving CSR")));
    bed.event("DeletingNode");
    bed.api.remove("nodes", worker.nodeName);
    const message = await failing;
    expect(message).toMatch(/its Node had registered and is gone again \(phase "serving CSR"\): somebody deleted it/);
    expect(message).toMatch(/last events: .*DeletingNode/);
    expect(message).toMatch(/systemctl restart kubelet, then `pulumi up`\n.*pulumi up --replace 'urn:server'/);
  });

  test("THEN a Node that vanishes while its kubelet asks to join is waited for, and marked anew", async () => {
    const keys = await generateKeys();
    await bed.request("csr-client", "client", { keys });
    const joined = bed.join();
    await eventually(() => bed.approved("csr-client"));
    bed.node({ ready: "False", serverId: null });
    await eventually(() => bed.annotations()[annotations.serverId] === worker.serverId);
    await bed.request("csr-again", "client", { keys });
    await eventually(() => bed.warnings.some((it) => it.includes("node-absent")));
    bed.api.remove("nodes", worker.nodeName);
    await eventually(() => bed.approved("csr-again"));
    bed.node();
    await bed.request("csr-serving", "serving");
    await joined;
    expect(bed.annotations()).toMatchObject({ [annotations.serverId]: worker.serverId });
  });

  test("THEN what the account may not do is told with the phase, and where the permissions stand", async () => {
    bed.api.onRequest = (request) => (request.startsWith("PUT") ? failure(403, "csr is forbidden") : undefined);
    await bed.request("csr-client", "client");
    const message = await failureOf(bed.join(boundless));
    expect(message).toMatch(
      /phase "boot": API server: csr is forbidden\. .*components\/kubernetes\/permissions\.ts.*`pulumi up`/,
    );
  });

  test("THEN a cancelled one ends at once and says what is kept", async () => {
    const failing = failureOf(bed.join(boundless));
    await eventually(() => bed.api.requests.some((it) => it.startsWith("WATCH")));
    bed.cancel();
    expect(await failing).toMatch(/cancelled in phase "boot".*`pulumi up` goes on/);
  });
});
