/** @shared makes nothing; no other clouds.yaml names the regions that it adds to the catalog */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import pLimit from "p-limit";
import type { Proxy } from "../../component/support/proxy.ts";
import { hostPort, machineNetwork, ports } from "../../lab/settings.ts";
import { makeProxy, makeWays } from "../support/access/ways.ts";
import { Cleanup } from "../support/cleanup.ts";
import { stackTrace } from "../support/output.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Preflight, Project } from "../support/project.ts";

const { cloudVip, apiVip } = machineNetwork;
const own = new OwnPool("ways");

describe("GIVEN ways to cloud and cluster", () => {
  const cleanup = new Cleanup();
  const results = new Map<string, Preflight>();
  const resultOf = (way: string): Preflight => results.get(way) ?? { code: undefined, output: "" };
  let proxy: Proxy;
  let clusterProxy: Proxy;

  beforeAll(async () => {
    [proxy, clusterProxy] = await Promise.all([makeProxy(cleanup), makeProxy(cleanup)]);
    const projects: [string, Project][] = [];
    for (const [name, { config, env }] of Object.entries(await makeWays(proxy, clusterProxy, cleanup)))
      projects.push([name, await Project.withPool(`ways-${name}`, { name: own.name }, config, env)]);
    // more at a time are no faster on two cores
    const limit = pLimit(4);
    await Promise.all(
      projects.map(([name, project]) => limit(async () => results.set(name, await project.preflight()))),
    );
  });
  afterAll(cleanup.run);

  test.each([
    ["password", "a password in the environment's OS_ variables"],
    ["credential", "an application credential in clouds.yaml"],
    ["region", "the second region of the catalog"],
    ["proxy", "HTTPS_PROXY"],
    ["cluster-proxy", "cluster.proxy"],
  ])("WHEN the way is %s (%s) THEN no errors are found", (way) => {
    const { code, output } = resultOf(way);
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
  });

  describe("WHEN there is HTTPS_PROXY", () => {
    const identityAgents = (): string[] =>
      proxy.tunnels.flatMap((to, i) => (to === hostPort(cloudVip, ports.keystoneTls) ? [proxy.agents[i] ?? ""] : []));
    const isGo = (agent: string): boolean => agent.startsWith("Go-http-client");

    test("THEN the OpenStack plugin, a program in Go, uses it", () => {
      expect(identityAgents().filter(isGo).length).toBeGreaterThan(0);
    });

    test("THEN the program uses it for one login and for the object store", () => {
      expect(identityAgents().filter((agent) => !isGo(agent))).toHaveLength(1);
      expect(proxy.tunnels).toContain(hostPort(cloudVip, ports.swiftTls));
    });

    test("THEN the cluster, which NO_PROXY names, is reached without it", () => {
      expect(proxy.tunnels).not.toContain(hostPort(apiVip, ports.apiserver));
    });
  });

  test("WHEN there is cluster.proxy THEN the API server alone is reached through it", () => {
    expect(new Set(clusterProxy.tunnels)).toEqual(new Set([hostPort(apiVip, ports.apiserver)]));
  });

  test.each([
    [
      "other-ca",
      /cloud: the certificate of the identity service at \S+ is not trusted: .*\n.*\n.*cacert of clouds\.lab/,
    ],
    ["other-cluster-ca", /cluster: the certificate of the API server at \S+ is not trusted: .*\n.*\n.*set cluster\.ca/],
    ["other-store-ca", /cloud: the object store at \S+ cannot be queried: .*certificate.*\n.*cacert.*\n.*check cacert/],
    ["no-region", /cloud: .* no public endpoint of type compute in region RegionTree\n.*\n.*region_name/],
    [
      "no-store",
      /ignition\.delivery: swift, .* no public endpoint of type object-store in region NoStore\n.*\(Swift\).*\n.*delivery: inline/,
    ],
    ["reader", /cloud: the account may not use the object store at \S+ \(403 for container /],
  ])("WHEN the way is %s THEN that is an error, without a stack trace", (way, expected) => {
    const { code, output } = resultOf(way);
    expect(output).toMatch(expected);
    expect(output).not.toMatch(stackTrace);
    expect(code).toBe(1);
  });

  test("WHEN all have been tried THEN nothing is made", async () => {
    expect(await own.leftovers()).toEqual([]);
  });
});
