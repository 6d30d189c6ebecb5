import { describe } from "@jest/globals";
import type { Registration, WorkerFacts } from "../../../../../components/node/csr/types.ts";
import { judges } from "../../../../support/csr-table.ts";
import {
  clientCsr,
  otherServer,
  otherWorker,
  registration,
  request,
  servingCsr,
  worker,
} from "../../../../support/node-fixtures.ts";

describe("GIVEN a serving request of a worker's kubelet, WHEN it is judged", () => {
  const asks = (changes: Parameters<typeof request>[0]) =>
    servingCsr({ request: request({ dns: [worker.nodeName], ips: ["10.0.0.10"], publicKey: "bb", ...changes }) });
  const regional = { ...registration, providerId: `openstack://RegionOne/${worker.serverId}` };
  judges([
    ["CMA: the kubelet's own is approved", { csr: servingCsr(), node: registration, expected: "approve serving" }],
    [
      "CMA: all names and addresses of the worker",
      { csr: asks({ ips: ["10.0.0.10", "fd00::10"] }), node: registration, expected: "approve serving" },
    ],
    ["CMA: only the name", { csr: asks({ ips: [] }), node: registration, expected: "approve serving" }],
    ["CMA: only the address", { csr: asks({ dns: [] }), node: registration, expected: "approve serving" }],
    [
      "an IPv6 address in another spelling",
      { csr: asks({ ips: ["FD00:0:0:0:0:0:0:10"] }), node: registration, expected: "approve serving" },
    ],
    [
      "CMA: key encipherment may be asked for",
      {
        csr: servingCsr({ usages: ["digital signature", "key encipherment", "server auth"] }),
        node: registration,
        expected: "approve serving",
      },
    ],
    [
      "CMA: groups beyond the two",
      {
        csr: servingCsr({ groups: ["system:nodes", "system:authenticated", "x"] }),
        node: registration,
        expected: "approve serving",
      },
    ],
    [
      "REG: the cloud controller has not looked yet",
      { csr: servingCsr(), node: { ...registration, providerId: undefined }, expected: "approve serving" },
    ],
    ["REG: a regional providerID", { csr: servingCsr(), node: regional, expected: "approve serving" }],
    [
      "REG: two InternalIPs, both ours",
      {
        csr: servingCsr(),
        node: { ...registration, internalIps: ["10.0.0.10", "fd00::10"] },
        expected: "approve serving",
      },
    ],
    [
      "a second serving request (a new key is the kubelet's right)",
      {
        csr: servingCsr({ name: "csr-serving-2", request: request({ dns: [worker.nodeName], publicKey: "ee" }) }),
        node: registration,
        others: [servingCsr({ state: "approved" })],
        expected: "approve serving",
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
  ]);
});

describe("GIVEN two workers whose requests are swapped, WHEN each is judged with the other's facts", () => {
  const second: WorkerFacts = { ...worker, nodeName: "lab-worker-1", serverId: otherServer, fixedIps: ["10.0.0.11"] };
  const swapped = request({ commonNames: ["system:node:lab-worker-1"], dns: ["lab-worker-1"], ips: ["10.0.0.10"] });
  const atFirst: Registration = { internalIps: ["10.0.0.10"], providerId: undefined };
  judges([
    [
      "REG: the first one's client request is not about the second",
      { csr: clientCsr(), facts: second, expected: "ignore" },
    ],
    ["REG: nor is its serving request", { csr: servingCsr(), facts: second, expected: "ignore" }],
    [
      "REG: the first machine asks as the second for its own address",
      {
        csr: servingCsr({ username: "system:node:lab-worker-1", request: swapped }),
        node: atFirst,
        facts: second,
        expected: "refuse names",
      },
    ],
    [
      "REG: the same, seen from the first",
      {
        csr: servingCsr({ username: "system:node:lab-worker-1", request: swapped }),
        node: registration,
        expected: "refuse user",
      },
    ],
    [
      "REG: it asks for the name alone, but registered with its own address",
      {
        csr: servingCsr({ username: "system:node:lab-worker-1", request: { ...swapped, ips: [] } }),
        node: atFirst,
        facts: second,
        expected: "refuse address",
      },
    ],
  ]);
});
