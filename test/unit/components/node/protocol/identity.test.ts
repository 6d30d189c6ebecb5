import { expect, test } from "@jest/globals";
import { unknown, type Properties } from "../../../../../components/node/operation/property-values.ts";
import { configurationOf } from "../../../../../components/node/protocol/config.ts";
import { identityProblem, withIdentity } from "../../../../../components/node/protocol/identity.ts";

const here = { cloud: "prod", cloudProject: "p1", cloudRegion: "r1" };
const unproven = { ...here, cloudUnproven: true };
const lost = { ...here, lostNodes: "w-0, w-1" };

test.each<[string, Properties, Properties, RegExp | undefined]>([
  ["a new stack", {}, here, undefined],
  ["the same project", here, here, undefined],
  ["the same project by another entry", here, { ...here, cloud: "other" }, undefined],
  ["the same project whose servers are not there", here, lost, undefined],
  ["the same project, nothing of which could be read", here, unproven, undefined],
  ["a state of an earlier release, with its servers there", { clusterUid: "u" }, here, undefined],
  ["a state of an earlier release, nothing of which could be read", { clusterUid: "u" }, unproven, undefined],
  ["a project that is not known yet", here, { ...here, cloudProject: unknown }, undefined],
  ["a program that tells none", here, {}, undefined],
  [
    "another project",
    here,
    { ...here, cloudProject: "p2" },
    /^clouds\.prod in clouds\.yaml leads to project p2 in region r1, but .* are in project p1 in region r1\./,
  ],
  [
    "another project, nothing of which could be read",
    here,
    { ...unproven, cloudProject: "p2" },
    /project p2 .*project p1/,
  ],
  [
    "another region",
    here,
    { ...here, cloudRegion: "r2" },
    /project p1 in region r2, but .* in project p1 in region r1\./,
  ],
  ["a catalog without regions any more", here, { cloud: "prod", cloudProject: "p1" }, /leads to project p1, but/],
  [
    "a state of an earlier release, whose servers are not there",
    { clusterUid: "u" },
    lost,
    /leads to project p1 in region r1, where no server of this stack's Nodes is \(w-0, w-1\).*\n.*set cloud.*\n.*oc delete node/s,
  ],
  ["another cluster", { clusterUid: "a", ...here }, { clusterUid: "b", ...here }, /has the uid b, expected a/],
])(
  "GIVEN %s WHEN the arguments are compared with the last ones THEN another one is refused",
  (_, former, news, expected) => {
    const problem = identityProblem(former, news);
    if (expected === undefined) expect(problem).toBeUndefined();
    else expect(problem?.reason).toMatch(expected);
  },
);

test.each<[string, Properties, Properties, Properties]>([
  ["the first project", {}, here, here],
  ["the project that is known", here, unproven, here],
  ["none, if nobody could prove it", {}, unproven, { cloud: "prod" }],
  ["none, if the servers are not there", {}, lost, { cloud: "prod" }],
  [
    "the one of the last update, if the program tells none",
    { ...here, clusterUid: "u" },
    {},
    {
      cloudProject: "p1",
      cloudRegion: "r1",
      clusterUid: "u",
    },
  ],
])(
  "WHEN the arguments are stored THEN the state has %s, and nothing that only served to judge",
  (_, former, news, kept) => {
    expect(withIdentity(news, former)).toEqual(kept);
  },
);

test.each<[string, Properties, unknown]>([
  ["entry and project", here, { name: "prod", identity: { project: "p1", region: "r1" } }],
  ["no project", { cloud: "prod" }, undefined],
  ["the arguments of an earlier release", { clusterUid: "u" }, undefined],
])(
  "GIVEN %s in the state WHEN the provider is configured THEN that says what the cloud has to be",
  (_, inputs, cloud) => {
    expect(configurationOf(inputs)?.cloud).toEqual(cloud);
  },
);
