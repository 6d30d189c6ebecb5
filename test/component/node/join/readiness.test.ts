import { describe, expect, test } from "@jest/globals";
import { Join } from "../../../../components/node/join/join.ts";
import { owner } from "../../../support/node-fixtures.ts";
import { bedForEachTest, failureOf, joining } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-api.ts";

// What a join demands before a worker counts as Ready: each part that stays away is waited for within its own bound,
// and the error names the part and the bound.

const bed = bedForEachTest();

const uninitialized = { key: "node.cloudprovider.kubernetes.io/uninitialized", value: "true", effect: "NoSchedule" };
const served = () => bed.request("csr-serving", "serving");

test.each<[string, () => Promise<void> | void, RegExp[]]>([
  [
    "the kubelet's serving request",
    () => bed.node(),
    [/phase "serving CSR" .*pools\[0\]\.timeouts\.servingCsr/, /waited for the kubelet's serving request/],
  ],
  [
    "the certificate of the approved serving request",
    () => {
      bed.api.signs = false;
      bed.node();
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
      bed.node({ ready: "False" });
      return served();
    },
    [/phase "ready" .*pools\[0\]\.timeouts\.ready/, /condition Ready \(False: no CNI\)/],
  ],
  [
    "the providerID",
    () => {
      bed.node({ serverId: null });
      return served();
    },
    [/phase "ready" .*pools\[0\]\.timeouts\.ready/, /a providerID \(cloud controller\)/],
  ],
  [
    "the removal of the uninitialized taint",
    () => {
      bed.node({ spec: { taints: [uninitialized] } });
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
    const timeouts = { ...joining.timeouts, boot: 2, servingCsr: 1, ready: 0.5 };
    const message = await failureOf(new Join(bed.cluster, bed.operation(), { ...joining, timeouts }, [owner]).run());
    for (const it of expected) expect(message).toMatch(it);
  },
);

test("GIVEN a worker that joins, WHEN its InternalIP is another than its port's THEN it is refused at once", async () => {
  bed.node({ ip: "10.9.9.9" });
  const join = new Join(bed.cluster, bed.operation(), { ...joining }, [owner]).run();
  expect(await failureOf(join)).toMatch(/InternalIP 10\.9\.9\.9 is none of the fixed IPs of its ports/);
});

describe("GIVEN a server that had joined before, and whose Node somebody deleted", () => {
  const hours = (it: number) => new Date(Date.now() - it * 3_600_000).toISOString();
  const timeouts = { ...joining.timeouts, boot: 0.5, servingCsr: 1, ready: 1 };
  const join = (serverCreated: string) =>
    failureOf(new Join(bed.cluster, bed.operation(), { ...joining, timeouts, serverCreated }, [owner]).run());

  test("WHEN it is to join as if for the first time THEN it is said at once, with what the cluster still knows", async () => {
    bed.event("RemovingNode", { ago: 1800 });
    expect(await join(hours(1))).toMatch(/phase "boot"/);
    expect(bed.warnings.join()).toMatch(/made 1h ago, .* \(30m ago RemovingNode: .*systemctl restart kubelet/);
  });

  test("WHEN nothing is known any more, or may not be read THEN its age tells", async () => {
    bed.api.onRequest = (request) => (request.includes("/events") ? failure(500, "etcd is away") : undefined);
    await join(hours(3));
    expect(bed.warnings.join()).toMatch(
      /made 3h ago, and there is neither a Node nor a certificate request of it\. If/,
    );
  });

  test("WHEN it is a server that was just made THEN nothing is said, and no event is read", async () => {
    await join(new Date().toISOString());
    expect(bed.warnings).toEqual([]);
  });
});
