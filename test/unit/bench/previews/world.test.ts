import { expect, test } from "@jest/globals";
import { z } from "zod";
import { renderPayload } from "../../../../components/ignition/payload.ts";
import { payloadName } from "../../../../components/ignition/payload.ts";
import { dataUrl } from "../../../../components/ignition/data-url.ts";
import { Answers } from "../../../bench/previews/answers.ts";
import { loadRecording } from "../../../bench/previews/recording.ts";
import { worldOfOurs, worldOfTofu } from "../../../bench/previews/world.ts";

const site = { origin: "https://127.0.0.1:1234", ca: "PEM of the site" };
const count = 30;

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  parent: z.string().optional(),
  dependencies: z.array(z.string()).default([]),
  propertyDependencies: z.record(z.string(), z.array(z.string())).default({}),
  inputs: z.record(z.string(), z.unknown()).default({}),
});
const stack = z.object({ deployment: z.object({ resources: z.array(resource) }) });

const ours = worldOfOurs(await loadRecording("ours"), count, site);
const tofu = worldOfTofu(await loadRecording("opentofu"), count, site);
const { resources } = stack.parse(ours.state).deployment;
const inputsOf = (type: string): unknown[] =>
  resources.filter((each) => each.type === type).map(({ inputs }) => inputs);

test("GIVEN this program's recording THEN each worker has its resources, and all others are there once", () => {
  const kinds = Map.groupBy(resources, ({ type }) => type);
  const counted = Object.fromEntries([...kinds].map(([type, found]) => [type, found.length]));
  expect(counted).toEqual({
    "pulumi:pulumi:Stack": 1,
    "pulumi:providers:openstack": 1,
    "pulumi:providers:openshift-node": 1,
    "openstack-baremetal-compute:index:WorkerPool": 1,
    "openstack-baremetal-compute:index:IgnitionStore": 1,
    "openstack:objectstorage/container:Container": 1,
    "openstack:objectstorage/containerObject:ContainerObject": 1,
    "openshift-node:index:ContainerClaim": 1,
    "openshift-node:index:PoolMembership": 1,
    "openstack-baremetal-compute:index:BaremetalWorker": count,
    "openstack-baremetal-compute:index:SubnetPorts": count,
    "openstack-baremetal-compute:index:BaremetalServer": count,
    "openshift-node:index:NodeClaim": count,
    "openshift-node:index:NodeDrain": count,
    "openstack:networking/port:Port": count,
    "openstack:compute/instance:Instance": count,
    "openshift-node:index:OpenShiftNode": count,
  });
  expect(new Set(resources.map(({ urn }) => urn)).size).toBe(resources.length);
});

test("GIVEN this program's state THEN parents and dependencies come before what needs them", () => {
  const seen = new Set<string>();
  for (const { urn, parent, dependencies, propertyDependencies } of resources) {
    const needed = [...(parent ? [parent] : []), ...dependencies, ...Object.values(propertyDependencies).flat()];
    expect(needed.filter((each) => !seen.has(each))).toEqual([]);
    seen.add(urn);
  }
});

test("GIVEN what lists workers in the state and the config THEN it lists all of them, in order", () => {
  const names = Array.from({ length: count }, (_, i) => `lab-7x2kq-previews-${i}`);
  const [membership] = z
    .array(z.object({ members: z.array(z.object({ nodeName: z.string() })) }))
    .parse(inputsOf("openshift-node:index:PoolMembership"));
  expect(membership?.members.map(({ nodeName }) => nodeName)).toEqual(names);
  expect(inputsOf("pulumi:providers:openshift-node")).toMatchObject([{ expectedWorkers: count }]);
  expect(ours.config).toMatchObject({ pools: [{ name: "previews", replicas: count }] });
});

test("GIVEN the site THEN the payload in the state is the one that the program renders for its Machine Config Server", () => {
  const content = renderPayload({
    machineConfigServer: site.origin,
    authorities: [dataUrl(site.ca)],
    machineConfigPool: "worker",
    fragments: [],
  });
  expect(inputsOf("openstack:objectstorage/containerObject:ContainerObject")).toMatchObject([
    { content, name: payloadName(content) },
  ]);
});

test.each([
  ["this program", ours],
  ["OpenTofu", tofu],
])("GIVEN the recording of %s THEN nothing leads to the lab that it was made on", (_, { exchanges }) => {
  const text = JSON.stringify(exchanges);
  expect(text).not.toContain("recorded.invalid");
  expect(text).not.toContain("10.77.0.5:22623");
  expect(text).toContain(`${site.origin}/compute/v2.1`);
});

test("GIVEN the cluster THEN it has a Node and the cloud a server and a port for each worker", () => {
  const answers = new Answers(ours.exchanges);
  const length = (path: string, list: string): number => {
    const body = answers.to({ method: "GET", path })?.body;
    return z.looseObject({ [list]: z.array(z.unknown()) }).parse(body)[list]?.length ?? 0;
  };
  const ports = ours.exchanges.filter(({ path }) => path.startsWith("/network/v2.0/ports?"));
  expect(length("/api/v1/nodes", "items")).toBe(count);
  expect(length("/compute/v2.1/servers/detail?name=%5Elab-7x2kq-&limit=1000", "servers")).toBe(count);
  expect(ports.map(({ path }) => length(path, "ports"))).toEqual([count, count]);
});

test("GIVEN OpenTofu's recording THEN what its state has of each worker can be read", () => {
  const state = z
    .object({
      resources: z.array(
        z.object({ type: z.string(), instances: z.array(z.object({ attributes: z.looseObject({ id: z.string() }) })) }),
      ),
    })
    .parse(tofu.state);
  const answers = new Answers(tofu.exchanges);
  const idsOf = (type: string): string[] =>
    state.resources
      .filter((each) => each.type === type)
      .flatMap((each) => each.instances.map((it) => it.attributes.id));
  const known = (path: string): boolean => answers.to({ method: "GET", path }) !== undefined;
  const servers = idsOf("openstack_compute_instance_v2");
  const ports = idsOf("openstack_networking_port_v2");
  expect([servers.length, ports.length]).toEqual([count, count]);
  expect(servers.filter((id) => !known(`/compute/v2.1/servers/${id}`))).toEqual([]);
  expect(servers.filter((id) => !known(`/compute/v2.1/servers/${id}/tags`))).toEqual([]);
  expect(ports.filter((id) => !known(`/network/v2.0/ports/${id}`))).toEqual([]);
  expect(tofu.config).toMatchObject({
    servers: Array.from({ length: count }, (_, i) => `lab-7x2kq-bench-opentofu-${i}`),
  });
});
