import { describe, expect, test } from "@jest/globals";
import { serverGroupsSchema } from "../../../../../infra/discovery/cloud/inventory.ts";
import type { ServerGroup } from "../../../../../infra/discovery/facts.ts";
import { groupHint } from "../../../../../infra/discovery/server-groups.ts";
import { plannedChanges, renderPlannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingServer,
  factsOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const name = (i: number): string => `lab-7x2kq-metal-${i}`;
const group = (id: string, change: Partial<ServerGroup> = {}): ServerGroup => ({
  id,
  name: "web",
  policy: "soft-anti-affinity",
  maxPerHost: 1,
  members: [],
  ...change,
});
const factsWith = (checks: Partial<PreflightFacts["checks"]>): PreflightFacts => factsOf({ checks });
const of = (...groups: ServerGroup[]): PreflightFacts => factsWith({ serverGroups: answer(groups) });
const running = answer([existingServer("s0", name(0), owner)]);

const judged = (serverGroup: string, facts: PreflightFacts, replicas = 1): string[] =>
  diagnosticsOf(configOf({ replicas, serverGroup }), facts)
    .filter(({ check }) => check === "server-group")
    .map(({ path, problem, remedy, warning }) => `${warning ? "(warning) " : ""}${path}: ${problem}; ${remedy}`);
const at = "pools[metal].serverGroup: ";
const anti = { policy: "anti-affinity" };
const services = "use a group of policy soft-anti-affinity, or spread the pool by availabilityZones";
const quota = "have an administrator raise it: openstack quota set --server-group-members <number> <project>";
const unread = 'whether there is a server group "web" is not known: the server groups cannot be read';
const retry = "repeat the command in a few minutes, or remove the key";
const upgrade = "remove the key, or have the cloud's operator upgrade Nova";
const { compute } = factsOf({}).checks;
const limited = (groupMembers: number): Partial<PreflightFacts["checks"]> => ({
  compute: compute.value ? answer({ ...compute.value, groupMembers }) : compute,
});

describe("GIVEN a pool with a server group WHEN it is judged", () => {
  test.each<[string, string[], string[]]>([
    ["by its name", judged("web", of(group("g"))), []],
    ["by its id", judged("g", of(group("g"), group("h"))), []],
    [
      "that the project does not have",
      judged("wbe", of(group("g"))),
      [`${at}the project has no server group "wbe"; write web instead`],
    ],
    [
      "of which the project has none at all",
      judged("web", of()),
      [
        `${at}the project has no server group "web"; correct it, or make one: openstack server group create --policy soft-anti-affinity web`,
      ],
    ],
    [
      "whose name two have",
      judged("web", of(group("g"), group("h"))),
      [`${at}2 server groups are named "web"; write its id instead of its name`],
    ],
    [
      "that is gone, while nothing is created",
      judged("web", factsWith({ serverGroups: answer([]), servers: running })),
      [expect.stringMatching(/^\(warning\) /) as unknown as string],
    ],
    [
      "that cannot be read",
      judged("web", factsWith({ serverGroups: { error: "HTTP 503", code: 503 } })),
      [
        `${at}${unread}; ${retry}`,
        expect.stringMatching(/^\(warning\) pools: the server groups cannot be read: HTTP 503/) as unknown as string,
      ],
    ],
    [
      "that a Nova before 2.64 cannot tell of",
      judged("web", factsWith({ serverGroups: { error: "HTTP 406", code: 406, remedy: "have it upgraded" } })),
      [
        `${at}the server group "web" cannot be looked up: the compute service does not know microversion 2.64; ${upgrade}`,
        expect.stringMatching(/^\(warning\) pools: .* HTTP 406; have it upgraded, or skip/) as unknown as string,
      ],
    ],
    ["of policy anti-affinity, with one member", judged("web", of(group("g", anti))), []],
    [
      "of policy anti-affinity, with more members than a host may have",
      judged("web", of(group("g", { ...anti, members: ["x"] }))),
      [`(warning) ${at}server group "web" (anti-affinity) gets 2 members; ${services}`],
    ],
    [
      "of policy anti-affinity that allows two a host",
      judged("web", of(group("g", { ...anti, maxPerHost: 2 })), 2),
      [],
    ],
    [
      "with more members than the quota",
      judged("web", factsWith({ ...limited(2), serverGroups: answer([group("g", { members: ["x"] })]) }), 2),
      [`${at}server group "web" (soft-anti-affinity) gets 3 members; ${quota}`],
    ],
    [
      "with a quota without a limit",
      judged("web", factsWith({ ...limited(-1), serverGroups: answer([group("g")]) }), 2),
      [],
    ],
  ])("%s: THEN it says so", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("GIVEN a pool with a server group WHEN its changes are planned", () => {
  const lines = (serverGroup: string | undefined, checks: Partial<PreflightFacts["checks"]>): string[] =>
    renderPlannedChanges(plannedChanges(configOf({ serverGroup }), factsWith(checks)));
  test.each<[string, string[], string[]]>([
    [
      "a new worker: group and policy are said",
      lines("g", { serverGroups: answer([group("g")]) }),
      [`${name(0)}: attach (flavor baremetal, image rhcos, server group web (soft-anti-affinity))`],
    ],
    [
      "a worker that runs outside of it: it stays",
      lines("g", { serverGroups: answer([group("g")]), servers: running }),
      [`${name(0)}: kept (it is no member of server group web, which is for new servers)`],
    ],
    ["a member", lines("web", { serverGroups: answer([group("g", { members: ["s0"] })]), servers: running }), []],
    ["a member of a group that the config no longer names", lines(undefined, { servers: running }), []],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test("GIVEN a group that was not found WHEN a server is created THEN its hint is one that Nova refuses", () => {
  const read = { serverGroups: answer([group("g")]) };
  expect(groupHint({ serverGroup: "web" }, read)).toBe("g");
  expect(groupHint({ serverGroup: "other" }, read)).toBe("other");
  expect(groupHint({ serverGroup: undefined }, read)).toBeUndefined();
});

test("GIVEN Nova's server groups WHEN they are read THEN each has its policy and its bound", () => {
  const nova = { id: "g", name: "web", members: ["s"], project_id: "p", user_id: "u" };
  const groups = [
    { ...nova, policy: "anti-affinity", rules: { max_server_per_host: 3 } },
    { ...nova, policy: "affinity", rules: {} },
  ];
  expect(serverGroupsSchema.parse({ server_groups: groups })).toEqual([
    { id: "g", name: "web", policy: "anti-affinity", maxPerHost: 3, members: ["s"] },
    { id: "g", name: "web", policy: "affinity", maxPerHost: 1, members: ["s"] },
  ]);
});
