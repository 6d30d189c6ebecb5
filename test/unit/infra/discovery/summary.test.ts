import { describe, expect, test } from "@jest/globals";
import { summary } from "../../../../infra/discovery/summary.ts";
import { type Change, factsOf, nodeOf } from "../../../support/preflight-facts.ts";

const lines = (change: Change): string[] => summary(factsOf(change)).split("\n");

test("GIVEN a cluster and a cloud that tell everything WHEN it is shown THEN each thing has a line, short and stable", () => {
  const nodes = ["v1.34.10", "v1.34.9", "v1.34.10"].map((kubelet, i) => nodeOf(`n${i}`, undefined, kubelet));
  const workerGroup = { id: "g", name: "lab-7x2kq-worker" };
  const found = lines({ cluster: { nodes }, workerGroup });
  expect(found).toEqual([
    "cluster lab-7x2kq, uid 0, Kubernetes v1.34.1",
    "API https://api-int.lab.example:6443, VIPs 10.0.0.5",
    "ingress VIPs 10.0.0.7",
    "machine networks 10.0.0.0/16",
    "Machine Config Server https://10.0.0.5:22623",
    "MachineConfigPools master, worker",
    "cluster network OVNKubernetes, MTU 1400",
    "kubelets 1 of v1.34.9, 2 of v1.34.10",
    "network net, MTU 1500",
    "subnet sub, 10.0.0.0/24",
    "security group lab-7x2kq-worker",
    "object store https://swift/v1/AUTH_a of region r",
  ]);
  expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(100);
});

test("GIVEN a dual-stack machine network WHEN it is shown THEN each subnet has a line", () => {
  const otherSubnets = [{ name: "sub6", cidr: "fd00::/64" }];
  expect(lines({ otherSubnets })).toEqual(
    expect.arrayContaining(["subnet sub, 10.0.0.0/24", "subnet sub6, fd00::/64"]),
  );
});

describe("GIVEN facts that are unknown", () => {
  test.each<[string, Change]>([
    ["object store none: the catalog has no public endpoint of one", { objectStore: "none" }],
    ["API URL unknown, VIPs unknown", { cluster: { apiUrl: undefined, apiVips: [] } }],
    ["ingress VIPs unknown", { cluster: { ingressVips: [] } }],
    ["machine networks unknown", { cluster: { machineNetworks: [] } }],
    [
      "cluster network type unknown, MTU unknown",
      { cluster: { network: { value: { type: undefined, mtu: undefined } } } },
    ],
    ["cluster network unknown (HTTP 403)", { cluster: { network: { error: "HTTP 403", code: 403 } } }],
    ["MachineConfigPools unknown (HTTP 403)", { cluster: { machineConfigPools: { error: "HTTP 403", code: 403 } } }],
    [
      "MachineConfigPools none: the cluster does not have the kind",
      { cluster: { machineConfigPools: { error: "HTTP 404", code: 404 } } },
    ],
    ["kubelets: no nodes yet", { cluster: { nodes: [] } }],
    ["kubelets 1 of an unknown version", { cluster: { nodes: [nodeOf("a", undefined, "")] } }],
    ["network net, MTU unknown", { network: { mtu: undefined } }],
    ["security group none for workers: the project's default group", {}],
    ["security group several for workers: set securityGroups", { workerGroup: "several" }],
    ["security group none: the cloud's network service has no security groups", { workerGroup: "unsupported" }],
  ])("WHEN it is shown THEN it contains: %s", (line, change) => {
    expect(lines(change)).toContain(line);
  });
});

test.each<[string, string]>([
  ["infraId", "cluster lab-7x2kq (cluster.expect), uid 0, Kubernetes v1.34.1"],
  ["apiVips", "API https://api-int.lab.example:6443, VIPs 10.0.0.5 (cluster.expect)"],
  ["ingressVips", "ingress VIPs 10.0.0.7 (cluster.expect)"],
  ["machineNetworks", "machine networks 10.0.0.0/16 (cluster.expect)"],
  ["machineConfigServer.ca", "Machine Config Server https://10.0.0.5:22623 (cluster.expect)"],
  ["mtu", "cluster network OVNKubernetes, MTU 1400 (cluster.expect)"],
])("GIVEN %s of the config's own word WHEN it is shown THEN its line says so, and no other", (key, line) => {
  const found = lines({ cluster: { filled: [key] } });
  expect(found.filter((each) => each.includes("(cluster.expect)"))).toEqual([line]);
});
