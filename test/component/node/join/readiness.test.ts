import { describe, expect, test } from "@jest/globals";
import { failureOf, harnessForEachTest, joinInputs } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

// What a join demands before a worker counts as Ready: each part that stays away is waited for within its own bound,
// and the error names the part and the bound.

const harness = harnessForEachTest();

const uninitialized = { key: "node.cloudprovider.kubernetes.io/uninitialized", value: "true", effect: "NoSchedule" };
const served = () => harness.request("csr-serving", "serving");

test.each<[string, () => Promise<void> | void, RegExp[]]>([
  [
    "the kubelet's serving request",
    () => harness.node(),
    [/phase "serving CSR" .*pools\[0\]\.timeouts\.servingCsr/, /waiting for the kubelet's serving request/],
  ],
  [
    "the certificate of the approved serving request",
    () => {
      harness.api.signs = false;
      harness.node();
      return served();
    },
    [
      /phase "serving CSR" .*pools\[0\]\.timeouts\.servingCsr/,
      /the certificate of the approved serving request \(kube-controller-manager signs it\)/,
      /serving request csr-serving .*certificate not issued/,
    ],
  ],
  [
    "the Ready condition",
    () => {
      harness.node({ ready: "False" });
      return served();
    },
    [/phase "ready" .*pools\[0\]\.timeouts\.ready/, /condition Ready \(False: no CNI\)/],
  ],
  [
    "the providerID",
    () => {
      harness.node({ serverId: null });
      return served();
    },
    [/phase "ready" .*pools\[0\]\.timeouts\.ready/, /a providerID \(cloud controller\)/],
  ],
  [
    "the removal of the uninitialized taint",
    () => {
      harness.node({ spec: { taints: [uninitialized] } });
      return served();
    },
    [
      /phase "ready" .*pools\[0\]\.timeouts\.ready/,
      /removal of taint node\.cloudprovider\.kubernetes\.io\/uninitialized/,
    ],
  ],
])(
  "GIVEN a worker that joins, WHEN %s stays away THEN the bound ends it, and the error names both",
  async (_, given, expected) => {
    await given();
    const timeouts = { ...joinInputs.timeouts, boot: 2, servingCsr: 1, ready: 0.5 };
    const message = await failureOf(harness.join({ timeouts }));
    for (const it of expected) expect(message).toMatch(it);
  },
);

test("GIVEN a worker that joins, WHEN its InternalIP is another than its port's THEN it is refused at once", async () => {
  harness.node({ ips: ["10.9.9.9"] });
  expect(await failureOf(harness.join())).toMatch(/InternalIP 10\.9\.9\.9 is none of the fixed IPs of its ports/);
});

describe("GIVEN a server that had joined before, and whose Node was deleted", () => {
  const hours = (it: number) => new Date(Date.now() - it * 3_600_000).toISOString();
  const timeouts = { ...joinInputs.timeouts, boot: 0.5, servingCsr: 1, ready: 1 };
  const join = (serverCreated: string) => failureOf(harness.join({ timeouts, serverCreated }));

  test("WHEN it is to join as if for the first time THEN it is reported at once, with what the cluster still records", async () => {
    harness.event("RemovingNode", { ago: 1800 });
    expect(await join(hours(1))).toMatch(/phase "boot"/);
    expect(harness.warnings.join()).toMatch(/created 1h ago, .* \(30m ago RemovingNode: .*systemctl restart kubelet/);
  });

  test("WHEN nothing is known any more, or may not be read THEN its age tells", async () => {
    harness.api.onRequest = (request) => (request.includes("/events") ? failure(500, "etcd is away") : undefined);
    await join(hours(3));
    expect(harness.warnings.join()).toMatch(
      /created 3h ago, and there is neither a Node nor a certificate request for it\. If/,
    );
  });

  test("WHEN its server was just created THEN nothing is reported, and no event is read", async () => {
    await join(new Date().toISOString());
    expect(harness.warnings).toEqual([]);
  });
});
