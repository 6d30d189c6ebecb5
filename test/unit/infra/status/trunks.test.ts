import { describe, expect, test } from "@jest/globals";
import { ownerDescription, portDescription } from "../../../../components/ports/description.ts";
import { trunkName } from "../../../../components/ports/names.ts";
import { findingsOf } from "../../../../infra/status/findings.ts";
import { name, ports, type World, world } from "../../../support/compared-world.ts";
import { portStatus, stateTrunk, worker } from "../../../support/observations.ts";
import { owner } from "../../../support/preflight-facts.ts";

const up = "pulumi up --stack stack";
const recorded = stateTrunk("t0", trunkName(`${name}-port-0`));
const description = portDescription(owner, [], true);
const [port] = ports.map((each) => ({ ...each, description, trunkId: "t0" }));
const trunked = port ? [port] : [];
const left = portStatus("p7", `${worker(7)}-port-0`, { trunkId: "t7" });
const subport = portStatus("v7", `${worker(7)}-port-0-vlan-100-1f3a9c2d`, {
  description: ownerDescription(owner, worker(7)),
});

test("GIVEN a trunk that cloud and state have WHEN they are compared THEN nothing is found", () => {
  expect(findingsOf(world({ state: { trunks: [recorded] }, ports: trunked }))).toEqual([]);
});

describe("GIVEN a trunk WHEN it is compared THEN what is wrong with it is named with its command", () => {
  test.each<[string, World, RegExp[], string[]]>([
    [
      "that the state does not have",
      { ports: trunked },
      [
        /the state does not have trunk t0 on .* port \S+ \(p0\): it stays as it is, and goes with its worker: detach that/,
      ],
      ["openstack network trunk show t0"],
    ],
    [
      "that somebody has put on a port",
      { ports: trunked.map((each) => ({ ...each, description: `worker of ${owner}` })) },
      [/the state does not have trunk t0 .* which somebody else has put there: Neutron deletes no port/],
      ["openstack network trunk show t0"],
    ],
    [
      "that is gone",
      { state: { trunks: [recorded] } },
      [/the state has trunk \S+ \(t0\), which is gone from the cloud$/],
      [`${up} --refresh`],
    ],
    [
      "on a port that is left over, and its subport",
      { ports: [...ports, left, subport] },
      [/port \S+-port-0 \(p7\) is in neither config nor state/, /port \S+-vlan-100-1f3a9c2d \(v7\) is in neither/],
      ["openstack network trunk delete t7 && openstack port delete p7", "openstack port delete v7"],
    ],
  ])("WHEN it is one %s", (_, change, problems, commands) => {
    const found = findingsOf(world(change));
    expect(found.map(({ command }) => command)).toEqual(commands);
    for (const [i, problem] of problems.entries()) expect(found[i]?.problem).toMatch(problem);
  });
});
