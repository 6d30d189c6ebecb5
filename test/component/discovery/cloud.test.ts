import { beforeEach, describe, expect, test } from "@jest/globals";
import { DiagnosticError } from "../../../infra/diagnostics/error.ts";
import type { CloudFacts } from "../../../infra/discovery/facts.ts";
import { cloud, diagnosticsOf, groups, mockCloud, read, seen, subnet, tag } from "../support/cloud-lookups.ts";

mockCloud();

test.each([
  ["tag", (): void => tag("subnet-id"), ["subnet-id"]],
  ["name", (): void => void (cloud["getSubnet"] = { "lab-nodes": subnet }), []],
])(
  "GIVEN no machineNetwork WHEN the cloud is read THEN the subnet is found by the installer's %s, and its network by it",
  async (_, prepare, tagged) => {
    prepare();
    const { network, subnets: found, areNamed, tagged: all, pools } = await read();
    expect(network).toEqual({ id: "net-id", name: "lab-openshift", mtu: 1500 });
    expect(found).toMatchObject([{ id: "subnet-id", cidr: "10.0.0.0/24" }]);
    expect(areNamed).toBe(false);
    expect(all.map(({ id }) => id)).toEqual(tagged);
    expect(pools[0]?.ports).toMatchObject([{ network: { id: "net-id" }, subnets: [{ id: "subnet-id" }] }]);
  },
);

test("GIVEN no machineNetwork and a cloud without such a subnet WHEN it is read THEN the error says what to add", async () => {
  expect(await diagnosticsOf(read())).toMatchObject([
    { path: "machineNetwork", problem: expect.stringContaining("lab-nodes"), remedy: "add machineNetwork, with both" },
  ]);
});

test("GIVEN several subnets with the installer's tag WHEN the config names none THEN the error asks to name one of them", async () => {
  tag("b", "a");
  const what = 'openshiftClusterID=lab: "nodes-a" (10.0.0.0/24), "nodes-b" (10.0.0.0/24)';
  expect(await diagnosticsOf(read())).toMatchObject([
    {
      path: "machineNetwork",
      problem: expect.stringContaining(what),
      remedy: expect.stringContaining("add machineNetwork, with the network and one of these subnets"),
    },
  ]);
});

test("GIVEN several subnets with the installer's tag WHEN the config names one THEN that counts, and all are known", async () => {
  tag("b", "a");
  cloud["getSubnet"] = { ...cloud["getSubnet"], sub: subnet };
  const { subnets: found, tagged } = await read({ machineNetwork: { network: "net", subnet: "sub" } });
  expect(found.map(({ id }) => id)).toEqual(["subnet-id"]);
  expect(tagged.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("GIVEN a cluster that cannot be read WHEN the cloud is read THEN its error is reported once, with the cloud's own", async () => {
  const diagnostic = { check: "cluster", path: "cluster", problem: "no answer", expected: "one", remedy: "wait" };
  const unknown = Promise.reject<string>(new DiagnosticError([diagnostic]));
  const diagnostics = await diagnosticsOf(read({}, { flavor: "metall" }, unknown));
  expect(diagnostics).toEqual([diagnostic, expect.objectContaining({ path: "pools[metal].flavor" })]);
});

test("GIVEN names of several ports WHEN the cloud is read THEN each is asked for once, and each port gets its own", async () => {
  cloud["getSubnet"] = { sub: subnet, second: { ...subnet, id: "second-id" } };
  const second = { network: "net", subnet: "second", securityGroups: ["storage"] };
  const facts = await read(
    { machineNetwork: { network: "net", subnet: "sub" } },
    {
      securityGroups: ["workers"],
      networks: [{}, second],
      replicas: undefined,
      workers: [{ name: "a", networks: [second] }],
    },
  );
  const [pool] = facts.pools;
  expect(pool?.ports.map((port) => [port?.subnets[0]?.id, port?.securityGroupIds])).toEqual([
    ["subnet-id", ["g1"]],
    ["second-id", ["g2"]],
  ]);
  expect(pool?.workerPorts.map((ports) => ports.map((port) => port?.subnets[0]?.id))).toEqual([["second-id"]]);
  expect(seen.asked.length).toBe(new Set(seen.asked).size);
});

describe("GIVEN a pool of two ports without security groups", () => {
  const named = { machineNetwork: { network: "net", subnet: "sub" } };
  const ofPorts = ({ pools: [pool] }: CloudFacts): unknown => pool?.ports.map((port) => port?.securityGroupIds);
  const ports = { networks: [{}, { securityGroups: ["storage"] }] };
  const byName = { "lab-worker": { id: "own" } };
  const byTag = { "lab-worker openshiftClusterID=lab": { id: "own" } };
  const several = { "lab-worker": "More than one Security Group found with name: lab-worker" };

  beforeEach(() => {
    cloud["getSubnet"] = { sub: subnet };
  });

  test.each<[string, object, string[], unknown]>([
    ["one group has the installer's name", byName, ["own"], { id: "own", name: "lab-worker" }],
    ["several have it, and one of them the tag", { ...several, ...byTag }, ["own"], { id: "own", name: "lab-worker" }],
    ["none has it", {}, [], undefined],
  ])("WHEN %s THEN the port without groups of its own is in it", async (_, found, ids, workerGroup) => {
    cloud["getSecGroup"] = { ...groups, ...found };
    const facts = await read(named, ports);
    expect(ofPorts(facts)).toEqual([ids, ["g2"]]);
    expect(facts.workerGroup).toEqual(workerGroup);
  });

  test.each([[several], [{ ...several, "lab-worker openshiftClusterID=lab": several["lab-worker"] }]])(
    "WHEN the name is %j THEN the pool must say what it wants",
    async (found) => {
      cloud["getSecGroup"] = { ...groups, ...found };
      expect(await diagnosticsOf(read(named, ports))).toMatchObject([{ path: "pools[metal].securityGroups" }]);
      const facts = await read(named, { ...ports, securityGroups: [] });
      expect(ofPorts(facts)).toEqual([[], ["g2"]]);
      expect(facts.workerGroup).toBe("several");
    },
  );

  test("WHEN the config says [] THEN it is the project's default group, whatever the installer made", async () => {
    cloud["getSecGroup"] = { ...groups, ...byName };
    expect(ofPorts(await read(named, { ...ports, securityGroups: [] }))).toEqual([[], ["g2"]]);
    expect(ofPorts(await read(named, { networks: [{ securityGroups: [] }] }))).toEqual([[]]);
  });
});

describe("GIVEN an image and a flavor that the cloud does not return WHEN it is read", () => {
  const named = { machineNetwork: { network: "net", subnet: "sub" } };
  const { getFlavor = {}, getImage = {} } = cloud;
  beforeEach(() => {
    cloud["getSubnet"] = { sub: subnet };
    cloud["getImage"] = { ...getImage, twice: "more than one image matched", odd: "what nobody expects" };
    cloud["getFlavor"] = { ...getFlavor, secret: "No Flavor found" };
  });

  test.each([
    ["hidden", 'no active image named "hidden"'],
    ["twice", 'more than one active image named "twice"'],
    ["odd", 'the cloud did not return active image "odd": '],
  ])("THEN the rest is known, and of image %s the error is kept", async (image, problem) => {
    const [pool] = (await read(named, { image, flavor: "secret" })).pools;
    expect(pool?.image).toMatchObject({
      name: image,
      notFound: { check: "cloud", path: "pools[metal].image", problem: expect.stringContaining(problem) },
    });
    expect(pool?.flavor).toMatchObject({ notFound: { problem: 'no flavor named "secret"' } });
    expect(pool?.ports).toMatchObject([{ subnets: [{ id: "subnet-id" }] }]);
  });

  test("THEN beside an error of something else they are reported with it, all at once", async () => {
    const diagnostics = await diagnosticsOf(read(named, { image: "hidden", securityGroups: ["x"] }));
    expect(diagnostics).toMatchObject([
      { path: "pools[metal].securityGroups[0]" },
      { path: "pools[metal].image", problem: 'no active image named "hidden"' },
    ]);
  });
});

test("GIVEN a service that refuses everything WHEN the cloud is read THEN that is said once for all names, with what to do", async () => {
  const text = (path: string): string =>
    `Expected HTTP response code [200] when accessing [GET http://net/v2.0/${path}], but got 503 instead\n<html>`;
  cloud["getNetwork"] = { ...cloud["getNetwork"], net: text("networks?name=net") };
  cloud["getSubnet"] = { sub: text("subnets?name=sub"), other: text("subnets?name=other") };
  cloud["getSecGroup"] = { ...groups, workers: text("security-groups?name=workers") };
  const pool = { securityGroups: ["workers"], networks: [{}, { network: "net", subnet: "other" }] };
  const diagnostics = await diagnosticsOf(read({ machineNetwork: { network: "net", subnet: "sub" } }, pool));
  cloud["getNetwork"] = { ...cloud["getNetwork"], net: { id: "net-id", mtu: 1500 } };
  expect(diagnostics).toEqual([
    {
      check: "cloud",
      path: "cloud",
      problem: "the OpenStack provider cannot use the network service: the service has a fault or is overloaded (503)",
      expected: "the objects that the config names",
      remedy: "repeat the command in a few minutes; if it stays, tell the cloud's operator",
    },
  ]);
});

describe("GIVEN a mistyped name", () => {
  const named = { machineNetwork: { network: "net", subnet: "sub" } };
  beforeEach(() => {
    cloud["getSubnet"] = { sub: subnet };
    seen.existing = {
      flavor: ["baremetal", "small"],
      "active image": ["rhcos"],
      network: ["net"],
      subnet: ["sub"],
      "security group": ["workers", "storage"],
    };
  });

  test.each<[string, object, object, string, string]>([
    ["flavor", {}, { flavor: "bare-metal" }, "baremetal, small", "baremetal"],
    ["image", {}, { image: "rhcso" }, "rhcos", "rhcos"],
    ["network", { machineNetwork: { network: "nte", subnet: "sub" } }, {}, "net", "net"],
    ["subnet", { machineNetwork: { network: "net", subnet: "sbu" } }, {}, "sub", "sub"],
    ["security group", named, { securityGroups: ["worker"] }, "workers, storage", "workers"],
  ])("WHEN it is a %s THEN the names that there are are listed, and the nearest is proposed", async (...row) => {
    const [, change, pool, all, nearest] = row;
    expect(await diagnosticsOf(read({ ...named, ...change }, pool))).toMatchObject([
      {
        expected: expect.stringMatching(new RegExp(`that the project may use: ${all}$`)),
        remedy: `did you mean "${nearest}"? If so, write that; otherwise correct the name, or ask the cloud's operator to create or share it`,
      },
    ]);
  });

  test("WHEN the cloud lists nothing THEN nothing is proposed", async () => {
    seen.existing = {};
    expect(await diagnosticsOf(read(named, { flavor: "bare-metal" }))).toMatchObject([
      {
        expected: "the name of an existing flavor that the project may use",
        remedy: "correct the name, or ask the cloud's operator to create or share it",
      },
    ]);
  });

  test("WHEN it is the second port's subnet THEN the first port and all else is known", async () => {
    const { unresolved, network, pools } = await read(named, {
      securityGroups: [],
      networks: [{}, { network: "net", subnet: "sbu" }],
    });
    expect(unresolved).toMatchObject([{ path: "pools[metal].networks[1].subnet" }]);
    expect(network?.id).toBe("net-id");
    expect(pools[0]?.ports.map((port) => port?.subnets[0]?.id)).toEqual(["subnet-id", undefined]);
  });
});

test("GIVEN a cloud without the installer's names WHEN it is read THEN no names are listed: nobody mistyped them", async () => {
  cloud["getSubnet"] = { sub: subnet };
  await read({ machineNetwork: { network: "net", subnet: "sub" } });
  await read();
  expect(seen.listed).toEqual([]);
});

test("GIVEN names that the cloud does not have WHEN it is read THEN all are reported at once, each with its config path", async () => {
  const pool = { flavor: "metall", image: "rhcoss", securityGroups: ["x"], networks: [{ network: "n", subnet: "s" }] };
  const diagnostics = await diagnosticsOf(read({ machineNetwork: { network: "net", subnet: "sub" } }, pool));
  expect((diagnostics as { path: string }[]).map(({ path }) => path).toSorted()).toEqual([
    "machineNetwork.subnet",
    "pools[metal].flavor",
    "pools[metal].image",
    "pools[metal].networks[0].network",
    "pools[metal].networks[0].subnet",
    "pools[metal].securityGroups[0]",
  ]);
});
