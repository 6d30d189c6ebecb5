import { describe, expect, test } from "@jest/globals";
import type { Csr, CsrVerdict, Registration, WorkerFacts } from "../../../components/node/csr.ts";
import { judgeCsr, signers } from "../../../components/node/csr.ts";
import { clientCsr, otherServer, registration, request, servingCsr, worker } from "./fixtures.ts";

// Sources. CMA: openshift/cluster-machine-approver@a9edd695, pkg/controller/csr_check.go; K8S: kubernetes,
// pkg/apis/certificates/helpers.go (what its own signers validate); KEY: design.md 7; WINDOW: okd#373; REG: rules.md 2.1.

interface Case {
  csr: Csr;
  node?: Registration | undefined;
  others?: Csr[];
  facts?: WorkerFacts;
  expected: string;
}

const short = (verdict: CsrVerdict): string =>
  verdict.verdict === "refuse" ? `refuse ${verdict.rule}` : verdict.verdict;

const run = ({ csr, node, others = [], facts = worker }: Case) => judgeCsr(csr, facts, node, [csr, ...others]);

const other = { commonNames: ["system:node:lab-worker-1"] };

describe("GIVEN a client request of a worker's kubelet, WHEN it is judged", () => {
  const bootstrapper = clientCsr().groups;
  test.each<[string, Case]>([
    ["CMA: the kubelet's own is approved", { csr: clientCsr(), expected: "approve" }],
    [
      "CMA: key encipherment may be asked for",
      { csr: clientCsr({ usages: ["key encipherment", "digital signature", "client auth"] }), expected: "approve" },
    ],
    [
      "CMA: the order of usages is free",
      { csr: clientCsr({ usages: ["client auth", "digital signature"] }), expected: "approve" },
    ],
    [
      "CMA: the order of groups is free",
      { csr: clientCsr({ groups: [...bootstrapper].reverse() }), expected: "approve" },
    ],
    ["WINDOW: created with the server", { csr: clientCsr({ created: worker.serverCreated }), expected: "approve" }],
    ["CMA: a clock 10 s behind", { csr: clientCsr({ created: "2026-01-01T11:59:50Z" }), expected: "approve" }],
    [
      "WINDOW: three hours late is fine while the server is ours",
      { csr: clientCsr({ created: "2026-01-01T15:30:00Z" }), expected: "approve" },
    ],
    [
      "WINDOW: a week late is fine while the server is ours",
      { csr: clientCsr({ created: "2026-01-08T12:00:00Z" }), expected: "approve" },
    ],
    [
      "a worker without a second address",
      { csr: clientCsr(), facts: { ...worker, fixedIps: ["10.0.0.10"] }, expected: "approve" },
    ],

    ["CMA: 11 s before the server", { csr: clientCsr({ created: "2026-01-01T11:59:49Z" }), expected: "refuse window" }],
    [
      "CMA: of the former server of that name",
      { csr: clientCsr({ created: "2025-12-31T12:00:00Z" }), expected: "refuse window" },
    ],
    ["a time that cannot be read", { csr: clientCsr({ created: "yesterday" }), expected: "refuse window" }],

    [
      "CMA: another service account",
      { csr: clientCsr({ username: "system:serviceaccount:default:node-bootstrapper" }), expected: "refuse user" },
    ],
    ["CMA: an administrator", { csr: clientCsr({ username: "system:admin" }), expected: "refuse user" }],
    ["CMA: nobody", { csr: clientCsr({ username: "" }), expected: "refuse user" }],
    [
      "CMA: a user whose name begins like the bootstrapper's",
      { csr: clientCsr({ username: `${clientCsr().username}-2` }), expected: "refuse user" },
    ],
    [
      "K8S: the node itself renews",
      { csr: clientCsr({ username: `system:node:${worker.nodeName}` }), expected: "ignore" },
    ],
    [
      "K8S: another node asks in our name",
      { csr: clientCsr({ username: "system:node:lab-worker-1" }), expected: "ignore" },
    ],

    ["CMA: a group too few", { csr: clientCsr({ groups: bootstrapper.slice(1) }), expected: "refuse groups" }],
    [
      "CMA: a group too many",
      { csr: clientCsr({ groups: [...bootstrapper, "system:masters"] }), expected: "refuse groups" },
    ],
    [
      "CMA: a group twice instead of another",
      {
        csr: clientCsr({ groups: [bootstrapper[0] ?? "", bootstrapper[0] ?? "", bootstrapper[1] ?? ""] }),
        expected: "refuse groups",
      },
    ],
    ["CMA: no group", { csr: clientCsr({ groups: [] }), expected: "refuse groups" }],

    [
      "CMA: no organization",
      { csr: clientCsr({ request: request({ organizations: [] }) }), expected: "refuse organization" },
    ],
    [
      "CMA: another organization",
      { csr: clientCsr({ request: request({ organizations: ["system:masters"] }) }), expected: "refuse organization" },
    ],
    [
      "CMA: one organization more",
      {
        csr: clientCsr({ request: request({ organizations: ["system:nodes", "system:masters"] }) }),
        expected: "refuse organization",
      },
    ],

    ["CMA: another worker's name", { csr: clientCsr({ request: request(other) }), expected: "ignore" }],
    [
      "CMA: the name in capitals is about us, but not ours",
      {
        csr: clientCsr({ request: request({ commonNames: ["system:node:LAB-WORKER-0"] }) }),
        expected: "refuse common-name",
      },
    ],
    [
      "CMA: the name with a trailing dot is about us, but not ours",
      {
        csr: clientCsr({ request: request({ commonNames: ["system:node:lab-worker-0."] }) }),
        expected: "refuse common-name",
      },
    ],
    [
      "two common names",
      {
        csr: clientCsr({ request: request({ commonNames: ["system:node:lab-worker-0", "system:node:lab-worker-1"] }) }),
        expected: "refuse common-name",
      },
    ],
    [
      "a common name without the prefix",
      { csr: clientCsr({ request: request({ commonNames: ["lab-worker-0"] }) }), expected: "ignore" },
    ],
    [
      "a longer name that begins like ours",
      { csr: clientCsr({ request: request({ commonNames: ["system:node:lab-worker-01"] }) }), expected: "ignore" },
    ],

    ["CMA: a DNS name", { csr: clientCsr({ request: request({ dns: [worker.nodeName] }) }), expected: "refuse names" }],
    ["CMA: an address", { csr: clientCsr({ request: request({ ips: ["10.0.0.10"] }) }), expected: "refuse names" }],
    [
      "CMA: an e-mail address",
      { csr: clientCsr({ request: request({ emails: ["root@lab"] }) }), expected: "refuse names" },
    ],
    ["K8S: a URI", { csr: clientCsr({ request: request({ uris: ["spiffe://lab/x"] }) }), expected: "refuse names" }],
    [
      "a name of another kind",
      { csr: clientCsr({ request: request({ otherNames: ["upn:root"] }) }), expected: "refuse names" },
    ],

    [
      "CMA: server auth instead",
      { csr: clientCsr({ usages: ["digital signature", "server auth"] }), expected: "refuse usages" },
    ],
    [
      "CMA: server auth as well",
      { csr: clientCsr({ usages: ["digital signature", "client auth", "server auth"] }), expected: "refuse usages" },
    ],
    ["CMA: no digital signature", { csr: clientCsr({ usages: ["client auth"] }), expected: "refuse usages" }],
    ["CMA: no usage", { csr: clientCsr({ usages: [] }), expected: "refuse usages" }],
    [
      "CMA: cert sign",
      { csr: clientCsr({ usages: ["digital signature", "client auth", "cert sign"] }), expected: "refuse usages" },
    ],
    [
      "a usage twice",
      { csr: clientCsr({ usages: ["digital signature", "digital signature"] }), expected: "refuse usages" },
    ],

    ["CMA: the Node exists", { csr: clientCsr(), node: registration, expected: "refuse node-absent" }],
    [
      "CMA: the Node exists without an address",
      { csr: clientCsr(), node: { internalIps: [], providerId: undefined }, expected: "refuse node-absent" },
    ],

    [
      "a signature of another key",
      { csr: clientCsr({ request: request({ signatureValid: false }) }), expected: "refuse signature" },
    ],
    ["not readable: about nobody", { csr: clientCsr({ request: undefined }), expected: "ignore" }],

    ["another signer", { csr: clientCsr({ signer: "kubernetes.io/kube-apiserver-client" }), expected: "ignore" }],
    ["a signer of the cluster's own", { csr: clientCsr({ signer: "example.com/kubelet" }), expected: "ignore" }],
    ["already approved", { csr: clientCsr({ state: "approved" }), expected: "ignore" }],
    ["already denied", { csr: clientCsr({ state: "denied" }), expected: "ignore" }],
    ["failed to be signed", { csr: clientCsr({ state: "failed" }), expected: "ignore" }],
  ])("%s", (_, it) => {
    expect(short(run(it))).toBe(it.expected);
  });
});

describe("GIVEN several client requests for one name (KEY), WHEN one is judged", () => {
  const second = (changes: Partial<Csr> = {}) =>
    clientCsr({ name: "csr-second", request: request({ publicKey: "cc" }), ...changes });
  test.each<[string, Case]>([
    [
      "the same key again, both pending",
      { csr: clientCsr(), others: [clientCsr({ name: "csr-again" })], expected: "approve" },
    ],
    [
      "the same key again after an approval",
      { csr: clientCsr(), others: [clientCsr({ name: "csr-again", state: "approved" })], expected: "approve" },
    ],
    ["another key, both pending: neither", { csr: clientCsr(), others: [second()], expected: "refuse one-key" }],
    ["another key, seen from the second", { csr: second(), others: [clientCsr()], expected: "refuse one-key" }],
    [
      "another key after an approval",
      { csr: second(), others: [clientCsr({ state: "approved" })], expected: "refuse one-key" },
    ],
    [
      "three keys",
      {
        csr: clientCsr(),
        others: [second(), second({ name: "csr-third", request: request({ publicKey: "dd" }) })],
        expected: "refuse one-key",
      },
    ],
    [
      "another key that was denied does not compete",
      { csr: clientCsr(), others: [second({ state: "denied" })], expected: "approve" },
    ],
    [
      "another key that could not be signed does not compete",
      { csr: clientCsr(), others: [second({ state: "failed" })], expected: "approve" },
    ],
    [
      "another key of a stranger does not compete",
      { csr: clientCsr(), others: [second({ username: "mallory" })], expected: "approve" },
    ],
    [
      "another key that was approved for a stranger does not compete",
      { csr: clientCsr(), others: [second({ username: "mallory", state: "approved" })], expected: "approve" },
    ],
    [
      "another key of the former server does not compete",
      {
        csr: clientCsr(),
        others: [second({ created: "2025-12-31T12:00:00Z", state: "approved" })],
        expected: "approve",
      },
    ],
    [
      "another key for another worker does not compete",
      { csr: clientCsr(), others: [second({ request: request({ ...other, publicKey: "cc" }) })], expected: "approve" },
    ],
    ["a serving request does not compete", { csr: clientCsr(), others: [servingCsr()], expected: "approve" }],
    [
      "a renewal by the node does not compete",
      {
        csr: clientCsr(),
        others: [second({ username: `system:node:${worker.nodeName}`, state: "approved" })],
        expected: "approve",
      },
    ],
    [
      "another key without a valid signature does not compete",
      {
        csr: clientCsr(),
        others: [second({ request: request({ publicKey: "cc", signatureValid: false }) })],
        expected: "approve",
      },
    ],
  ])("%s", (_, it) => {
    expect(short(run(it))).toBe(it.expected);
  });

  test("THEN both names are told", () => {
    const verdict = run({ csr: clientCsr(), others: [second()], expected: "" });
    expect(verdict).toMatchObject({ detail: expect.stringMatching(/csr-client.*csr-second/) as unknown });
    const late = run({ csr: second(), others: [clientCsr({ state: "approved" })], expected: "" });
    expect(late).toMatchObject({ detail: expect.stringMatching(/csr-second.*csr-client/) as unknown });
  });
});

describe("GIVEN a serving request of a worker's kubelet, WHEN it is judged", () => {
  const asks = (changes: Parameters<typeof request>[0]) =>
    servingCsr({ request: request({ dns: [worker.nodeName], ips: ["10.0.0.10"], publicKey: "bb", ...changes }) });
  const regional = { ...registration, providerId: `openstack://RegionOne/${worker.serverId}` };
  test.each<[string, Case]>([
    ["CMA: the kubelet's own is approved", { csr: servingCsr(), node: registration, expected: "approve" }],
    [
      "CMA: all names and addresses of the worker",
      { csr: asks({ ips: ["10.0.0.10", "fd00::10"] }), node: registration, expected: "approve" },
    ],
    ["CMA: only the name", { csr: asks({ ips: [] }), node: registration, expected: "approve" }],
    ["CMA: only the address", { csr: asks({ dns: [] }), node: registration, expected: "approve" }],
    [
      "an IPv6 address in another spelling",
      { csr: asks({ ips: ["FD00:0:0:0:0:0:0:10"] }), node: registration, expected: "approve" },
    ],
    [
      "CMA: key encipherment may be asked for",
      {
        csr: servingCsr({ usages: ["digital signature", "key encipherment", "server auth"] }),
        node: registration,
        expected: "approve",
      },
    ],
    [
      "CMA: groups beyond the two",
      {
        csr: servingCsr({ groups: ["system:nodes", "system:authenticated", "x"] }),
        node: registration,
        expected: "approve",
      },
    ],
    [
      "REG: the cloud controller has not looked yet",
      { csr: servingCsr(), node: { ...registration, providerId: undefined }, expected: "approve" },
    ],
    ["REG: a regional providerID", { csr: servingCsr(), node: regional, expected: "approve" }],
    [
      "REG: two InternalIPs, both ours",
      { csr: servingCsr(), node: { ...registration, internalIps: ["10.0.0.10", "fd00::10"] }, expected: "approve" },
    ],
    [
      "a second serving request (a new key is the kubelet's right)",
      {
        csr: servingCsr({ name: "csr-serving-2", request: request({ dns: [worker.nodeName], publicKey: "ee" }) }),
        node: registration,
        others: [servingCsr({ state: "approved" })],
        expected: "approve",
      },
    ],

    ["REG: no Node yet", { csr: servingCsr(), expected: "wait" }],
    [
      "REG: a Node without an address yet",
      { csr: servingCsr(), node: { ...registration, internalIps: [] }, expected: "wait" },
    ],
    [
      "REG: the Node has another address",
      { csr: servingCsr(), node: { ...registration, internalIps: ["10.0.0.99"] }, expected: "refuse address" },
    ],
    [
      "REG: one of two addresses is not ours",
      {
        csr: servingCsr(),
        node: { ...registration, internalIps: ["10.0.0.10", "10.0.0.99"] },
        expected: "refuse address",
      },
    ],
    [
      "REG: the Node is another server's",
      {
        csr: servingCsr(),
        node: { ...registration, providerId: `openstack:///${otherServer}` },
        expected: "refuse server",
      },
    ],
    [
      "REG: our id only as a part of the providerID",
      {
        csr: servingCsr(),
        node: { ...registration, providerId: `openstack:///${worker.serverId}-x` },
        expected: "refuse server",
      },
    ],
    [
      "REG: another cloud's providerID",
      {
        csr: servingCsr(),
        node: { ...registration, providerId: `aws:///${worker.serverId}` },
        expected: "refuse server",
      },
    ],
    [
      "REG: an empty providerID is none of ours",
      { csr: servingCsr(), node: { ...registration, providerId: "" }, expected: "refuse server" },
    ],

    [
      "CMA: requested by another node in our name",
      { csr: servingCsr({ username: "system:node:lab-worker-1" }), node: registration, expected: "refuse user" },
    ],
    [
      "CMA: requested by the bootstrapper",
      { csr: servingCsr({ username: clientCsr().username }), node: registration, expected: "refuse user" },
    ],
    ["CMA: requested by nobody", { csr: servingCsr({ username: "" }), node: registration, expected: "refuse user" }],
    [
      "CMA: not in the nodes' group",
      { csr: servingCsr({ groups: ["system:authenticated"] }), node: registration, expected: "refuse groups" },
    ],
    [
      "CMA: not authenticated",
      { csr: servingCsr({ groups: ["system:nodes"] }), node: registration, expected: "refuse groups" },
    ],
    ["CMA: common name of another worker", { csr: asks(other), node: registration, expected: "refuse common-name" }],
    ["CMA: no common name", { csr: asks({ commonNames: [] }), node: registration, expected: "refuse common-name" }],
    ["K8S: no organization", { csr: asks({ organizations: [] }), node: registration, expected: "refuse organization" }],
    [
      "K8S: one organization more",
      { csr: asks({ organizations: ["system:nodes", "x"] }), node: registration, expected: "refuse organization" },
    ],
    [
      "CMA: a foreign DNS name",
      { csr: asks({ dns: [worker.nodeName, "api.lab.example.test"] }), node: registration, expected: "refuse names" },
    ],
    ["CMA: the API's address", { csr: asks({ ips: ["10.0.0.5"] }), node: registration, expected: "refuse names" }],
    [
      "CMA: another worker's address beside ours",
      { csr: asks({ ips: ["10.0.0.10", "10.0.0.11"] }), node: registration, expected: "refuse names" },
    ],
    ["a wildcard", { csr: asks({ dns: ["*.lab"] }), node: registration, expected: "refuse names" }],
    ["the name in capitals", { csr: asks({ dns: ["LAB-WORKER-0"] }), node: registration, expected: "refuse names" }],
    [
      "localhost",
      {
        csr: asks({ dns: [worker.nodeName, "localhost"], ips: ["127.0.0.1"] }),
        node: registration,
        expected: "refuse names",
      },
    ],
    ["K8S: an e-mail address", { csr: asks({ emails: ["root@lab"] }), node: registration, expected: "refuse names" }],
    ["K8S: a URI", { csr: asks({ uris: ["https://lab-worker-0"] }), node: registration, expected: "refuse names" }],
    [
      "a name of another kind",
      { csr: asks({ otherNames: ["dn:CN=x"] }), node: registration, expected: "refuse names" },
    ],
    [
      "K8S: neither name nor address",
      { csr: asks({ dns: [], ips: [] }), node: registration, expected: "refuse names" },
    ],
    [
      "CMA: client auth instead",
      {
        csr: servingCsr({ usages: ["digital signature", "client auth"] }),
        node: registration,
        expected: "refuse usages",
      },
    ],
    [
      "CMA: client auth as well",
      {
        csr: servingCsr({ usages: ["digital signature", "server auth", "client auth"] }),
        node: registration,
        expected: "refuse usages",
      },
    ],
    [
      "CMA: before the server",
      { csr: servingCsr({ created: "2025-12-31T12:00:00Z" }), node: registration, expected: "refuse window" },
    ],
    [
      "a signature of another key",
      { csr: asks({ signatureValid: false }), node: registration, expected: "refuse signature" },
    ],
    [
      "not readable, requested by our node",
      { csr: servingCsr({ request: undefined }), node: registration, expected: "refuse readable" },
    ],
    [
      "a stranger asks for our address",
      {
        csr: servingCsr({
          username: "system:node:x",
          request: request({ commonNames: ["system:node:x"], dns: ["x"], ips: ["10.0.0.10"] }),
        }),
        node: registration,
        expected: "refuse user",
      },
    ],
    [
      "another worker's own request",
      {
        csr: servingCsr({
          username: "system:node:x",
          request: request({ commonNames: ["system:node:x"], dns: ["x"], ips: ["10.0.0.11"] }),
        }),
        node: registration,
        expected: "ignore",
      },
    ],
    ["already approved", { csr: servingCsr({ state: "approved" }), node: registration, expected: "ignore" }],
    [
      "the legacy signer",
      { csr: servingCsr({ signer: "kubernetes.io/legacy-unknown" }), node: registration, expected: "ignore" },
    ],
  ])("%s", (_, it) => {
    expect(short(run(it))).toBe(it.expected);
  });
});

test("GIVEN the two workers' requests swapped, WHEN each is judged with the other's facts, THEN none is approved", () => {
  const second: WorkerFacts = { ...worker, nodeName: "lab-worker-1", serverId: otherServer, fixedIps: ["10.0.0.11"] };
  for (const signer of Object.values(signers)) {
    const csr = signer === signers.client ? clientCsr() : servingCsr();
    expect(judgeCsr(csr, second, undefined, [csr]).verdict).toBe("ignore");
  }
});
