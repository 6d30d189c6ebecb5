import { describe, expect, test } from "@jest/globals";
import { payloadHash } from "../../../../../components/ignition/payload.ts";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import type { ExistingPort, ExistingServer } from "../../../../../infra/discovery/facts.ts";
import {
  editedPortNames,
  ownEdits,
  plannedChanges,
  renderPlannedChanges,
} from "../../../../../infra/preflight/changes/plan.ts";
import { blockedChanges } from "../../../../../infra/preflight/changes/refusals.ts";
import {
  answer,
  configOf,
  existingPort,
  existingServer,
  factsOf,
  owner,
  rack2,
} from "../../../../support/preflight-facts.ts";

const name = "lab-7x2kq-metal-0";
const made = existingServer("0", name, owner);
const plain = payloadHash({ machineConfigPool: "worker", fragments: [] });
const booted = (ignition: string | undefined): ExistingServer => ({ ...made, made: { ...made.made, ignition } });
const fragment = { ignition: { version: "3.2.0" } };

const port = existingPort(`${name}-port-0`, { tags: ["openshiftClusterID=lab-7x2kq"] });
const second = {
  ...port,
  name: `${name}-port-1`,
  networkId: "n2",
  addresses: [{ subnetId: "s2", ip: "10.0.2.20" }],
};

interface Seen {
  servers?: readonly ExistingServer[];
  ports?: readonly ExistingPort[];
}

function linesOf(
  pool: object,
  { servers = [made], ports = [port] }: Seen = {},
  diagnostics: readonly Diagnostic[] = [],
): string {
  const config = configOf(pool);
  const checks = { servers: answer(servers), clusterPorts: answer(ports) };
  const facts = factsOf({ checks, ports: [rack2], workerPorts: [[rack2]] });
  return renderPlannedChanges(blockedChanges(plannedChanges(config, facts), diagnostics)).join("\n");
}

test.each<[string, string, string]>([
  ["nothing", linesOf({}), ""],
  ["timeouts and the drain policy", linesOf({ timeouts: { boot: "10m" }, drain: { timeout: "10m" } }), ""],
  ["labels", linesOf({ labels: { rack: "r1" } }), ""],
  ["the URL's lifetime", linesOf({ ignition: { urlLifetime: "5h" } }, { servers: [booted(plain)] }), ""],
  ["a new worker", linesOf({}, { servers: [] }), "attach (flavor baremetal, image rhcos)"],
  ["the flavor", linesOf({ flavor: "big" }), "replace, drained (flavor baremetal -> big)"],
  ["the image", linesOf({ image: "next" }), "replace, drained (image rhcos -> next)"],
  [
    "the workers with another client key",
    linesOf({ readmit: [name] }),
    "readmit (a new client key is admitted in this up, unless an earlier up has used pools[metal].readmit)",
  ],
  [
    "these and the image: a new server has a new key anyway",
    linesOf({ readmit: [name], image: "next" }),
    "replace, drained (image rhcos -> next)",
  ],
  ["the number of workers", linesOf({ replicas: 0 }), "detach, drained (no longer in the config)"],
  [
    "which workers there are",
    linesOf({ replicas: 0, remove: [name] }),
    "detach, drained (listed in pools[metal].remove)",
  ],
  [
    "a server of another stack",
    linesOf({}, { servers: [made, existingServer("9", "lab-7x2kq-metal-9", "a/b/c")] }),
    "",
  ],
])("GIVEN an edit of %s WHEN it is previewed THEN a line tells what becomes of the worker", (_, found, expected) => {
  expect(found).toBe(expected === "" ? "" : `${name}: ${expected}`);
});

test("GIVEN a machine by name WHEN the worker is to be on another THEN it is replaced", () => {
  const pin = (availabilityZone: string): object => ({
    replicas: undefined,
    workers: [{ name: "0", availabilityZone }],
  });
  const servers = [{ ...made, made: { ...made.made, availabilityZone: "nova:a:b" } }];
  const expected = `${name}: replace, drained (availabilityZone nova:a:b -> nova:a:c)`;
  expect(linesOf(pin("nova:a:c"), { servers })).toBe(expected);
  expect(linesOf(pin("nova:a:b"), { servers })).toBe("");
});

describe("GIVEN the ports of a worker WHEN the config wants others", () => {
  const allowing = (...allowedAddresses: string[]): object => ({ networks: [{ allowedAddresses }] });
  const two = { networks: [{}, { network: "rack2", subnet: "rack2-nodes" }] };
  const own = (change: object): object => ({
    replicas: undefined,
    workers: [{ name: "0", networks: [{ network: "rack2", subnet: "rack2-nodes", ...change }] }],
  });
  const elsewhere = { ...port, networkId: "n9", addresses: [{ subnetId: "s9", ip: "10.0.9.20" }] };
  test.each<[string, string, string | undefined]>([
    ["its address", linesOf({ fixedIps: ["10.0.0.21"] }), "fixedIps[0] 10.0.0.20 -> 10.0.0.21"],
    ["the address that it has", linesOf({ fixedIps: ["10.0.0.20"] }), undefined],
    [
      "a named worker's address",
      linesOf({ replicas: undefined, workers: [{ name: "0", fixedIp: "10.0.0.21" }] }),
      'workers["0"].fixedIp 10.0.0.20 -> 10.0.0.21',
    ],
    ["a port more", linesOf(two), "networks[1] added"],
    ["the ports that it has", linesOf(two, { ports: [port, second] }), undefined],
    ["a port fewer", linesOf({}, { ports: [port, second] }), `port ${name}-port-1 removed`],
    [
      "another network, known by name",
      linesOf({}, { ports: [{ ...second, name: port.name }] }),
      "networks[0].network rack2 -> net, networks[0].subnet rack2-nodes -> sub",
    ],
    [
      "another network, known by id",
      linesOf({}, { ports: [elsewhere] }),
      "networks[0].network n9 -> net, networks[0].subnet s9 -> sub",
    ],
    [
      "another subnet",
      linesOf({}, { ports: [{ ...port, addresses: [{ subnetId: "s2", ip: "10.0.2.20" }] }] }),
      "networks[0].subnet rack2-nodes -> sub",
    ],
    ["an address to answer for", linesOf(allowing("10.0.0.9")), "networks[0].allowedAddresses none -> 10.0.0.9"],
    [
      "other addresses to answer for",
      linesOf(allowing("10.0.0.9", "10.0.0.10"), { ports: [{ ...port, description: "answers for 10.0.0.9" }] }),
      "networks[0].allowedAddresses 10.0.0.9 -> 10.0.0.10, 10.0.0.9",
    ],
    [
      "the addresses that it answers for",
      linesOf(allowing("10.0.0.9"), { ports: [{ ...port, description: "answers for 10.0.0.9" }] }),
      undefined,
    ],
    [
      "addresses that it answers for, under a note by hand",
      linesOf(allowing("10.0.0.9"), { ports: [{ ...port, description: "rack 7", allowedAddresses: ["10.0.0.9"] }] }),
      undefined,
    ],
    [
      "an address to answer for, under a note by hand",
      linesOf(allowing("10.0.0.9"), { ports: [{ ...port, description: "rack 7" }] }),
      "networks[0].allowedAddresses none -> 10.0.0.9",
    ],
    [
      "no address any more",
      linesOf({}, { ports: [{ ...port, description: "answers for 10.0.0.9", allowedAddresses: ["10.0.0.9"] }] }),
      "networks[0].allowedAddresses 10.0.0.9 -> none",
    ],
    ["nothing of a description by hand", linesOf({}, { ports: [{ ...port, description: "rack 7" }] }), undefined],
    [
      "nothing of an address that was allowed by hand",
      linesOf({}, { ports: [{ ...port, allowedAddresses: ["10.0.0.7", "10.0.0.8"] }] }),
      undefined,
    ],
    [
      "no more addresses to answer for, on a port that names its owner",
      linesOf(
        {},
        {
          ports: [
            { ...port, description: "worker of acme/x/lab; answers for 10.0.0.9", allowedAddresses: ["10.0.0.9"] },
          ],
        },
      ),
      "networks[0].allowedAddresses 10.0.0.9 -> none",
    ],
    ["a port of the worker's own", linesOf(own({})), 'workers["0"].networks[0] added'],
    ["the worker's own port as it is", linesOf(own({}), { ports: [port, second] }), undefined],
    [
      "another address of its own port",
      linesOf(own({ fixedIp: "10.0.2.21" }), { ports: [port, second] }),
      'workers["0"].networks[0].fixedIp 10.0.2.20 -> 10.0.2.21',
    ],
    ["what a deleted port would have had", linesOf({ fixedIps: ["10.0.0.21"] }, { ports: [] }), undefined],
    [
      "what another worker's port has",
      linesOf({}, { ports: [port, { ...second, name: `${name}0-port-1` }] }),
      undefined,
    ],
  ])("THEN of %s the line tells that it is replaced, or there is none", (_, found, expected) => {
    expect(found).toBe(expected === undefined ? "" : `${name}: replace, drained (${expected})`);
  });
});

test.each([
  ["a worker", [made]],
  ["a worker whose server was never made", []],
])(
  "GIVEN %s whose ports are edited WHEN it is previewed THEN those are named whose allowed addresses are",
  (_, servers) => {
    const named = (networks: readonly object[]): string[] => {
      const checks = { servers: answer(servers), clusterPorts: answer([port, second]) };
      return [...editedPortNames(plannedChanges(configOf({ networks }), factsOf({ checks, ports: [rack2] })))];
    };
    const other = { network: "rack2", subnet: "rack2-nodes" };
    expect(named([{}, other])).toEqual([]);
    expect(named([{}, { ...other, allowedAddresses: ["10.0.2.9"] }])).toEqual([`${name}-port-1`]);
    expect(named([{ allowedAddresses: ["10.0.0.9"] }, other])).toEqual([`${name}-port-0`]);
  },
);

describe("GIVEN what a server booted with WHEN the config says something else", () => {
  const edit = (onChange: string, change: object = { fragments: [fragment] }): object => ({
    ignition: { onChange, ...change },
  });
  const former = "its Ignition config predates the edit";
  const kept = `kept (${former}; set ignition.onChange: replace to renew it)`;
  const replaced = `replace, drained (${former})`;
  test.each<[string, string, string]>([
    ["a fragment is kept", linesOf(edit("keep"), { servers: [booted(plain)] }), kept],
    ["a fragment replaces", linesOf(edit("replace"), { servers: [booted(plain)] }), replaced],
    ["a specification replaces", linesOf(edit("replace", { spec: "3.4.0" }), { servers: [booted(plain)] }), replaced],
    [
      "another MachineConfigPool replaces",
      linesOf(edit("replace", { machineConfigPool: "metal" }), { servers: [booted(plain)] }),
      replaced,
    ],
    ["nothing changes, and nothing is replaced", linesOf(edit("replace", {}), { servers: [booted(plain)] }), ""],
    ["it is not known and kept", linesOf(edit("keep")), ""],
    ["it is not known and replaced", linesOf(edit("replace", {})), "replace, drained (its Ignition config is unknown)"],
    [
      "another image renews what is kept",
      linesOf({ ...edit("keep"), image: "next" }, { servers: [booted(plain)] }),
      "replace, drained (image rhcos -> next)",
    ],
  ])("THEN %s", (_, found, expected) => {
    expect(found).toBe(expected === "" ? "" : `${name}: ${expected}`);
  });
});

describe("GIVEN errors that stop an edit WHEN it is previewed", () => {
  const diagnostic = (path: string): Diagnostic => ({
    check: "flavor",
    path,
    problem: "it is wrong",
    expected: "",
    remedy: "",
  });
  const line = `${name}: replace, drained (flavor baremetal -> big)`;
  const refusal = (path: string): string => `${name}: refuse (${path}: it is wrong)`;
  const big = (...diagnostics: Diagnostic[]): string => linesOf({ flavor: "big" }, {}, diagnostics);
  test.each<[string, string, string]>([
    ["of the pool", big(diagnostic("pools[metal].flavor")), refusal("pools[metal].flavor")],
    ["of the pool, a warning", big({ ...diagnostic("pools[metal].flavor"), warning: true }), line],
    ["of another pool", big(diagnostic("pools[other].flavor")), line],
    ["of a pool whose name begins alike", big(diagnostic("pools[metal-2].flavor")), line],
    ["of the machines' network", big(diagnostic("machineNetwork.subnet")), refusal("machineNetwork.subnet")],
    ["of the worker's address", big(diagnostic("pools[metal].fixedIps[0]")), refusal("pools[metal].fixedIps[0]")],
    ["of another worker's address", big(diagnostic("pools[metal].fixedIps[1]")), line],
    ["of another worker", big(diagnostic("pools[metal].workers[1].networks[0].subnet")), line],
    ["of the cluster", big(diagnostic("cluster")), line],
    [
      "two at once",
      big(diagnostic("pools[metal].flavor"), diagnostic("pools[metal].networks[0].subnet")),
      `${name}: refuse (pools[metal].flavor: it is wrong; pools[metal].networks[0].subnet: it is wrong)`,
    ],
    ["where nothing is edited", linesOf({}, {}, [diagnostic("pools[metal].flavor")]), ""],
    [
      "of a worker that is not there yet",
      linesOf({}, { servers: [] }, [diagnostic("pools[metal].flavor")]),
      `${name}: attach (flavor baremetal, image rhcos)`,
    ],
    [
      "of a payload that would be kept",
      linesOf({ ignition: { fragments: [fragment] } }, { servers: [booted(plain)] }, [
        diagnostic("pools[metal].ignition.machineConfigPool"),
      ]),
      refusal("pools[metal].ignition.machineConfigPool"),
    ],
    [
      "of a worker that goes",
      linesOf({ replicas: 0 }, {}, [diagnostic("pools[metal].flavor")]),
      `${name}: detach, drained (no longer in the config)`,
    ],
  ])("THEN one %s refuses it, or does not concern it", (_, found, expected) => {
    expect(found).toBe(expected);
  });
});

test.each<[string, object, boolean]>([
  ["the pool's image", { image: "next" }, false],
  ["a port of the pool", { networks: [{ allowedAddresses: ["10.0.0.9"] }] }, false],
  ["the worker's address", { fixedIps: ["10.0.0.21"] }, true],
  ["the worker's address and the image", { fixedIps: ["10.0.0.21"], image: "next" }, false],
  ["its availability zone", { replicas: undefined, workers: [{ name: "0", availabilityZone: "rack1" }] }, true],
  [
    "a port of its own",
    { replicas: undefined, workers: [{ name: "0", networks: [{ network: "rack2", subnet: "rack2-nodes" }] }] },
    true,
  ],
])(
  "GIVEN an edit of %s WHEN the worker is replaced THEN it is known whether the edit is its alone",
  (_, pool, isOwn) => {
    const checks = { servers: answer([made]), clusterPorts: answer([port]) };
    const changes = plannedChanges(configOf(pool), factsOf({ checks, workerPorts: [[rack2]] }));
    expect(changes).toMatchObject([{ verdict: "replace, drained" }]);
    expect([...ownEdits(changes)]).toEqual(isOwn ? [name] : []);
  },
);
