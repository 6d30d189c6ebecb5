import { expect, test } from "@jest/globals";
import { permissions } from "../../../../components/kubernetes/permissions.ts";
import { limitsSchema, portQuotaSchema, portsSchema } from "../../../../infra/discovery/cloud/inventory.ts";
import { infoSchema, infoUrl } from "../../../../infra/discovery/cloud/object-store.ts";
import { serversSchema } from "../../../../infra/discovery/cloud/servers.ts";
import { questionsOf } from "../../../../infra/discovery/cluster/access-review.ts";
import { parseNodes } from "../../../../infra/discovery/cluster/nodes.ts";
import { parseNetwork } from "../../../../infra/discovery/cluster/read.ts";
import { nodeOf } from "../../../support/preflight-facts.ts";

test.each([
  ["https://swift.example:8080/v1/AUTH_a", "https://swift.example:8080/info"],
  ["https://rgw.example/swift/v1/AUTH_a", "https://rgw.example/swift/info"],
  ["https://rgw.example/object/swift/v1", "https://rgw.example/object/swift/info"],
  ["https://swift.example/v1.0/AUTH_a", "https://swift.example/info"],
])(
  "GIVEN the account %s WHEN the store's abilities are asked for THEN at %s (Swift; Ceph RGW below its prefix)",
  (account, info) => {
    expect(infoUrl(account)).toBe(info);
  },
);

test("GIVEN what the services answer WHEN it is read THEN it is what the checks judge", () => {
  const absolute = { maxTotalInstances: 10, totalInstancesUsed: 3, maxTotalCores: -1, maxImageMeta: null };
  expect(limitsSchema.parse({ limits: { absolute, rate: [] } })).toEqual({
    instances: { limit: 10, used: 3 },
    cores: { limit: -1, used: 0 },
    ram: { limit: -1, used: 0 },
    groupMembers: -1,
  });
  const port = { limit: 50, used: "7", reserved: 1 };
  expect(portQuotaSchema.safeParse({ quota: { port } }).success).toBe(false);
  expect(portQuotaSchema.parse({ quota: { port: { ...port, used: 7 } } })).toEqual({ limit: 50, used: 8 });
  const server = { id: "i", name: "n", status: "ACTIVE", metadata: { owner: "o", flavor: "f", ignition: "0f" } };
  const failed = { ...server, status: "ERROR", fault: { code: 500, message: "no card" } };
  expect(serversSchema.parse({ servers: [server, failed, { ...failed, fault: undefined }] })).toMatchObject([
    { id: "i", name: "n", owner: "o", made: { flavor: "f", ignition: "0f" }, failure: undefined },
    { failure: "no card" },
    { failure: "Nova reports no reason" },
  ]);
  const launched = [null, "2026-01-02T03:04:05.000000"].map((at) => ({ ...failed, "OS-SRV-USG:launched_at": at }));
  expect(serversSchema.parse({ servers: [failed, ...launched] }).map(({ hasRun }) => hasRun)).toEqual([
    false,
    false,
    true,
  ]);
  const addresses = { net: [{ addr: "10.0.0.9" }], storage: [{ addr: "10.0.2.9" }] };
  expect(serversSchema.parse({ servers: [{ ...server, addresses }] })[0]?.addresses).toEqual(["10.0.0.9", "10.0.2.9"]);
  const floating = {
    net: [
      { addr: "10.0.0.9", "OS-EXT-IPS:type": "fixed" },
      { addr: "9.9.9.9", "OS-EXT-IPS:type": "floating" },
    ],
  };
  expect(serversSchema.parse({ servers: [{ ...server, addresses: floating }] })[0]?.addresses).toEqual(["10.0.0.9"]);
  const made = {
    flavor: { id: "f0" },
    "OS-EXT-AZ:availability_zone": "nova",
    "OS-EXT-SRV-ATTR:hypervisor_hostname": "m0",
  };
  const images = [{ id: "i0" }, ""].map((image) => ({ ...server, ...made, image }));
  expect(serversSchema.parse({ servers: images }).map(({ actual }) => actual)).toEqual([
    { flavor: "f0", image: "i0", zone: "nova", machine: "m0" },
    { flavor: "f0", image: undefined, zone: "nova", machine: "m0" },
  ]);
  const fixed_ips = [{ subnet_id: "s", ip_address: "10.0.0.9" }];
  const allowed_address_pairs = [{ ip_address: "10.0.0.7", mac_address: "fa:16:3e:00:00:01" }];
  const seen = { id: "p", name: "n", tags: ["t"], network_id: "w", description: "d", allowed_address_pairs, fixed_ips };
  expect(portsSchema.parse({ ports: [seen] })).toEqual([
    {
      id: "p",
      name: "n",
      tags: ["t"],
      networkId: "w",
      description: "d",
      allowedAddresses: ["10.0.0.7"],
      addresses: [{ subnetId: "s", ip: "10.0.0.9" }],
    },
  ]);
  const security = [true, false].map((enabled) => ({ ...seen, port_security_enabled: enabled }));
  const trunks = [{ id: "p", network_id: "n", trunk_details: { trunk_id: "t", sub_ports: [] } }];
  expect(portsSchema.parse({ ports: trunks })).toMatchObject([{ trunkId: "t" }]);
  expect(portsSchema.parse({ ports: security }).map((each) => each.portSecurity)).toEqual([undefined, false]);
  const held = [{ device_id: "" }, { device_id: "a-server" }].map((it) => ({
    ...seen,
    ...it,
    mac_address: "52:54:00:77:00:12",
  }));
  expect(portsSchema.parse({ ports: held })).toMatchObject([
    { mac: "52:54:00:77:00:12", deviceId: "" },
    { mac: "52:54:00:77:00:12", deviceId: "a-server" },
  ]);
});

test.each([
  ["says its host", { hostId: "4f9a" }, true],
  ["has found none", { hostId: "" }, false],
  ["does not say", {}, undefined],
])("GIVEN a server of which Nova %s WHEN it is read THEN it is known whether it has a host", (_, answer, expected) => {
  const server = { id: "i", name: "n", status: "ERROR", ...answer };
  expect(serversSchema.parse({ servers: [server] })[0]?.hasHost).toBe(expected);
});

test("GIVEN a port WHEN it is read THEN it is known when it was last changed", () => {
  const [port] = portsSchema.parse({ ports: [{ id: "p", network_id: "w", updated_at: "2026-01-02T03:04:05Z" }] });
  expect(port?.updated).toBe("2026-01-02T03:04:05Z");
});

test.each([
  [
    { tempurl: { methods: ["GET"], allowed_digests: ["sha1", "sha256"], incoming_remove_headers: ["x-timestamp"] } },
    { supported: true, digests: ["sha1", "sha256"], keyPerContainer: true },
  ],
  [{ tempurl: { methods: ["GET"] } }, { supported: true, digests: undefined, keyPerContainer: false }],
  [{ swift: {} }, { supported: false, digests: undefined, keyPerContainer: false }],
])("GIVEN the abilities %j WHEN they are read THEN it is known what signed URLs it takes", (info, expected) => {
  expect(infoSchema.parse(info)).toEqual(expected);
});

test("GIVEN the cluster's objects WHEN they are read THEN missing values are not invented", () => {
  const status = { networkType: "OVNKubernetes", clusterNetworkMTU: 1400 };
  expect(parseNetwork({ status })).toEqual({ type: "OVNKubernetes", mtu: 1400 });
  expect(parseNetwork({ spec: {} })).toEqual({ type: undefined, mtu: undefined });
});

test("GIVEN a list of Nodes WHEN it is read THEN missing values are not invented", () => {
  const metadata = { name: "a", annotations: { "openstack-baremetal-compute/owner": "o/p/s" } };
  const [node] = parseNodes({ items: [{ metadata, status: { nodeInfo: { kubeletVersion: "v1.34.1" } } }] });
  expect(node).toEqual({ ...nodeOf("a", "o/p/s", "v1.34.1"), serving: false, message: "" });
});

const annotated = (annotations: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`machineconfiguration.openshift.io/${key}`, value]),
  );

test.each<[string, Record<string, string>, boolean]>([
  ["has no annotation of it, as a new one", {}, false],
  ["is done", { currentConfig: "a", desiredConfig: "a", state: "Done" }, false],
  ["has another config to get", { currentConfig: "a", desiredConfig: "b", state: "Done" }, true],
  ["has another image to get", { currentConfig: "a", desiredConfig: "a", desiredImage: "i", state: "Done" }, true],
  ["goes back to an image of the release", { currentConfig: "a", desiredConfig: "a", currentImage: "i" }, true],
  ["is drained", { currentConfig: "a", desiredConfig: "b", state: "Working" }, true],
  ["reboots", { currentConfig: "a", desiredConfig: "b", state: "Rebooting" }, true],
  ["has failed", { currentConfig: "a", desiredConfig: "b", state: "Degraded" }, false],
  ["cannot get it", { currentConfig: "a", desiredConfig: "b", state: "Unreconcilable" }, false],
])(
  "GIVEN a Node that to the machine-config operator %s WHEN it is read THEN it is in an update or not",
  (_, own, is) => {
    const [node] = parseNodes({ items: [{ metadata: { name: "a", annotations: annotated(own) } }] });
    expect(node?.updating).toBe(is);
  },
);

test.each([
  ["openstack:///1b", "1b"],
  ["openstack://RegionOne/1b", "1b"],
  ["aws:///eu/i-1", undefined],
])("GIVEN a Node of providerID %s WHEN it is read THEN its server is %s", (providerID, expected) => {
  expect(parseNodes({ items: [{ metadata: { name: "a" }, spec: { providerID } }] })[0]?.serverId).toBe(expected);
});

test.each<[string, object, Record<string, string>, boolean]>([
  ["takes pods", {}, {}, true],
  ["is cordoned: its pods still run", { unschedulable: true }, {}, true],
  [
    "is cordoned by the machine-config operator, which is about to reboot it",
    { unschedulable: true },
    { "machineconfiguration.openshift.io/state": "Working" },
    false,
  ],
  [
    "waits for the machine-config operator to cordon it",
    {},
    { "machineconfiguration.openshift.io/state": "Working" },
    true,
  ],
])("GIVEN a Ready Node that %s WHEN it is read THEN it serves or not", (_, spec, annotations, serving) => {
  const status = { conditions: [{ type: "Ready", status: "True" }] };
  const [node] = parseNodes({ items: [{ metadata: { name: "a", annotations }, spec, status }] });
  expect(node?.serving).toBe(serving);
});

test("GIVEN a permission WHEN the cluster is asked for it THEN by every verb, of every resource and name", () => {
  const questions = questionsOf({
    apiGroups: ["certificates.k8s.io"],
    resources: ["signers", "certificatesigningrequests/approval"],
    resourceNames: ["a", "b"],
    verbs: ["approve", "update"],
    namespace: "n",
    why: "",
  });
  expect(questions).toHaveLength(8);
  expect(questions).toContainEqual({
    group: "certificates.k8s.io",
    resource: "certificatesigningrequests",
    subresource: "approval",
    name: "b",
    verb: "update",
    namespace: "n",
  });
  expect(permissions.flatMap(questionsOf).length).toBeGreaterThan(permissions.length);
});

test.each<[string, string | null, "building" | "leaving" | undefined]>([
  ["ACTIVE", null, undefined],
  ["ACTIVE", "powering-off", undefined],
  ["SHUTOFF", null, undefined],
  ["ERROR", null, undefined],
  ["BUILD", "spawning", "building"],
  ["REBOOT", null, "building"],
  ["ACTIVE", "deleting", "leaving"],
  ["BUILD", "deleting", "leaving"],
  ["SOFT_DELETED", null, "leaving"],
])("GIVEN a server in %s whose task is %s WHEN it is read THEN it is %s", (status, task, expected) => {
  const server = { id: "i", name: "n", status, "OS-EXT-STS:task_state": task };
  expect(serversSchema.parse({ servers: [server] })[0]?.progress).toBe(expected);
});
