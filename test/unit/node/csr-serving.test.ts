import { describe, expect, test } from "@jest/globals";
import { judgeCsr, signers, type WorkerFacts } from "../../../components/node/csr.ts";
import {
  clientCsr,
  otherServer,
  otherWorker,
  registration,
  request,
  servingCsr,
  verdictOf,
  worker,
  type CsrCase,
} from "./fixtures.ts";

// Sources. CMA: openshift/cluster-machine-approver@a9edd695, pkg/controller/csr_check.go; K8S: kubernetes,
// pkg/apis/certificates/helpers.go (what its own signers validate); KEY: design.md 7; WINDOW: okd#373; REG: rules.md 2.1.

describe("GIVEN a serving request of a worker's kubelet, WHEN it is judged", () => {
  const asks = (changes: Parameters<typeof request>[0]) =>
    servingCsr({ request: request({ dns: [worker.nodeName], ips: ["10.0.0.10"], publicKey: "bb", ...changes }) });
  const regional = { ...registration, providerId: `openstack://RegionOne/${worker.serverId}` };
  test.each<[string, CsrCase]>([
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
    [
      "CMA: common name of another worker",
      { csr: asks(otherWorker), node: registration, expected: "refuse common-name" },
    ],
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
    expect(verdictOf(it)).toBe(it.expected);
  });
});

test("GIVEN the two workers' requests swapped, WHEN each is judged with the other's facts, THEN none is approved", () => {
  const second: WorkerFacts = { ...worker, nodeName: "lab-worker-1", serverId: otherServer, fixedIps: ["10.0.0.11"] };
  for (const signer of Object.values(signers)) {
    const csr = signer === signers.client ? clientCsr() : servingCsr();
    expect(judgeCsr(csr, second, undefined, [csr]).verdict).toBe("ignore");
  }
});
