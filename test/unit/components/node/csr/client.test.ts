import { describe } from "@jest/globals";
import { judges } from "../../../../support/csr-table.ts";
import { clientCsr, otherWorker, registration, request, worker } from "../../../../support/node-fixtures.ts";

describe("GIVEN a client request of a worker's kubelet, WHEN it is judged", () => {
  const bootstrapper = clientCsr().groups;
  judges([
    ["CMA: the kubelet's own is approved", { csr: clientCsr(), expected: "approve client" }],
    [
      "CMA: key encipherment may be asked for",
      {
        csr: clientCsr({ usages: ["key encipherment", "digital signature", "client auth"] }),
        expected: "approve client",
      },
    ],
    [
      "CMA: the order of usages is free",
      { csr: clientCsr({ usages: ["client auth", "digital signature"] }), expected: "approve client" },
    ],
    [
      "CMA: the order of groups is free",
      { csr: clientCsr({ groups: [...bootstrapper].reverse() }), expected: "approve client" },
    ],
    [
      "WINDOW: created with the server",
      { csr: clientCsr({ created: worker.serverCreated }), expected: "approve client" },
    ],
    ["CMA: a clock 9 s behind", { csr: clientCsr({ created: "2026-01-01T11:59:51Z" }), expected: "approve client" }],
    [
      "WINDOW: three hours late is fine while the server is ours",
      { csr: clientCsr({ created: "2026-01-01T15:30:00Z" }), expected: "approve client" },
    ],
    [
      "WINDOW: a week late is fine while the server is ours",
      { csr: clientCsr({ created: "2026-01-08T12:00:00Z" }), expected: "approve client" },
    ],
    [
      "a worker without a second address",
      { csr: clientCsr(), facts: { ...worker, fixedIps: ["10.0.0.10"] }, expected: "approve client" },
    ],

    ["CMA: 10 s before the server", { csr: clientCsr({ created: "2026-01-01T11:59:50Z" }), expected: "refuse window" }],
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
      { csr: clientCsr({ username: "system:node:lab-worker-1" }), expected: "refuse user" },
    ],
    [
      "K8S: the node itself asks in another's name",
      {
        csr: clientCsr({ username: `system:node:${worker.nodeName}`, request: request(otherWorker) }),
        expected: "refuse user",
      },
    ],
    [
      "K8S: the node itself, not readable",
      {
        csr: clientCsr({ username: `system:node:${worker.nodeName}`, request: undefined }),
        expected: "refuse readable",
      },
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

    ["CMA: another worker's name", { csr: clientCsr({ request: request(otherWorker) }), expected: "ignore" }],
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
      "CMA: the server is named in capitals and with a trailing dot, the Node never is",
      { csr: clientCsr(), facts: { ...worker, nodeName: "LAB-WORKER-0." }, expected: "approve client" },
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
  ]);
});
