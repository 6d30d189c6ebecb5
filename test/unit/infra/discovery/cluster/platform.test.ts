import { describe, expect, test } from "@jest/globals";
import type { PlatformName } from "../../../../../infra/config/platform.ts";
import { nodeIdentityOf, platformDiagnostics } from "../../../../../infra/discovery/cluster/platform.ts";
import { parseInfrastructure } from "../../../../../infra/discovery/cluster/read.ts";
import { summary } from "../../../../../infra/discovery/summary.ts";
import { factsOf } from "../../../../support/preflight-facts.ts";
import { baremetal420 } from "../../../../support/releases/baremetal-4.20.ts";
import { external420 } from "../../../../support/releases/external-4.20.ts";
import { hosted420 } from "../../../../support/releases/hosted-4.20.ts";
import { none418 } from "../../../../support/releases/none-4.18.ts";
import { openstack420 } from "../../../../support/releases/openstack-4.20.ts";
import { infraId, infrastructure, status } from "../../../../support/releases/release.ts";

const reported = (object: object) => parseInfrastructure(object).platform;
const aws = infrastructure({}, status({ platformStatus: { type: "AWS", aws: { region: "eu-central-1" } } }));

describe("GIVEN an Infrastructure object, WHEN it is read", () => {
  const vips = { apiVips: ["10.0.0.5"], ingressVips: ["10.0.0.7"], machineNetworks: ["10.0.0.0/16"] };
  const nothing = { apiVips: [], ingressVips: [], machineNetworks: [] };

  test.each<[string, object, object]>([
    ["None", none418.infrastructure, { ...nothing, platform: { type: "None", hasCloudController: false } }],
    [
      "External with a cloud controller",
      external420("External").infrastructure,
      { ...nothing, platform: { type: "External", hasCloudController: true } },
    ],
    [
      "External without one",
      external420("None").infrastructure,
      { ...nothing, platform: { type: "External", hasCloudController: false } },
    ],
    [
      "External that does not say it",
      external420().infrastructure,
      { ...nothing, platform: { type: "External", hasCloudController: false } },
    ],
    ["BareMetal", baremetal420.infrastructure, { ...vips, platform: { type: "BareMetal", hasCloudController: false } }],
    ["OpenStack", openstack420.infrastructure, { ...vips, platform: { type: "OpenStack", hasCloudController: true } }],
    ["AWS", aws, { ...nothing, platform: { type: "AWS", hasCloudController: false } }],
  ])("THEN that of platform %s tells whether kubelets wait for a cloud controller", (_, object, expected) => {
    expect(parseInfrastructure(object)).toMatchObject({ infraId, ...expected });
  });

  test("THEN one without a platform is an error", () => {
    expect(() => parseInfrastructure(infrastructure({}, status({ platformStatus: {} })))).toThrow(
      "status.platformStatus.type is missing",
    );
  });
});

describe("GIVEN a cluster and cluster.platform, WHEN both are compared", () => {
  test.each<[string, object, PlatformName | undefined]>([
    ["OpenStack and nothing", openstack420.infrastructure, undefined],
    ["OpenStack and OpenStack", openstack420.infrastructure, "OpenStack"],
    ["None and None", none418.infrastructure, "None"],
    ["External and External", external420("None").infrastructure, "External"],
    ["BareMetal and BareMetal", baremetal420.infrastructure, "BareMetal"],
  ])("THEN %s agree", (_, object, expected) => {
    expect(platformDiagnostics(reported(object), expected)).toEqual([]);
  });

  test.each<[string, object, PlatformName | undefined, object]>([
    [
      "None that the config does not know",
      none418.infrastructure,
      undefined,
      {
        path: "cluster.platform",
        problem:
          "the cluster's platform is None: no cloud controller tells which server a Node runs on (no providerID)",
        remedy: "if you know that, set cluster.platform: None",
      },
    ],
    [
      "External with a cloud controller of whom nobody knows",
      external420("External").infrastructure,
      undefined,
      {
        path: "cluster.platform",
        problem: "the cluster's platform is External: whether its cloud controller is OpenStack's is not known",
        remedy: "if you know that, set cluster.platform: External",
      },
    ],
    [
      "None where OpenStack is expected",
      none418.infrastructure,
      "OpenStack",
      { check: "contradiction", problem: "the config says OpenStack, but the cluster reports None" },
    ],
    [
      "OpenStack where None is expected",
      openstack420.infrastructure,
      "None",
      {
        check: "contradiction",
        path: "cluster.platform",
        problem: "the config says None, but the cluster reports OpenStack",
      },
    ],
    [
      "a platform whose Nodes are no servers of OpenStack",
      aws,
      undefined,
      { path: "cluster", problem: "the cluster's platform is AWS" },
    ],
    [
      "a hosted control plane",
      hosted420,
      undefined,
      {
        path: "cluster",
        problem: expect.stringContaining("status.controlPlaneTopology: External"),
        remedy: expect.stringContaining("add workers by a NodePool"),
      },
    ],
    ["a hosted control plane, whatever is expected", hosted420, "None", { path: "cluster" }],
  ])("THEN %s is one error", (_, object, expected, diagnostic) => {
    expect(platformDiagnostics(reported(object), expected)).toMatchObject([diagnostic]);
  });

  test("THEN without an Infrastructure object the config's word stands", () => {
    expect(platformDiagnostics(undefined, "None")).toEqual([]);
    expect(nodeIdentityOf(undefined, "None")).toBe("address");
    expect(nodeIdentityOf(undefined, "External")).toBe("address");
    expect(nodeIdentityOf(undefined, undefined)).toBeUndefined();
  });

  test.each<[string, object, PlatformName, "address" | undefined]>([
    ["OpenStack", openstack420.infrastructure, "OpenStack", undefined],
    ["External, with a cloud controller", external420("External").infrastructure, "External", undefined],
    ["External, without one", external420("None").infrastructure, "External", "address"],
    ["None", none418.infrastructure, "None", "address"],
    ["BareMetal", baremetal420.infrastructure, "BareMetal", "address"],
  ])("THEN a Node of platform %s is known accordingly", (_, object, expected, identity) => {
    expect(nodeIdentityOf(reported(object), expected)).toBe(identity);
  });
});

test("GIVEN Nodes without a providerID WHEN what was discovered is shown THEN a line says so, else none", () => {
  const line = "Nodes get no providerID: workers are known by name, address and key";
  expect(summary(factsOf({ cluster: { nodeIdentity: "address" } })).split("\n")).toContain(line);
  expect(summary(factsOf({}))).not.toContain(line);
});
