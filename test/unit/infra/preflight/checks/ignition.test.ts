import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../../../../infra/config/load.ts";
import type { Probe } from "../../../../../infra/discovery/facts.ts";
import { askedSpec } from "../../../../../infra/discovery/ignition-spec.ts";
import { ignitionSummary } from "../../../../../infra/discovery/summary.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import { configOf, diagnosticsOf, factsOf } from "../../../../support/preflight-facts.ts";

const config = (ignition: object = {}): Config => configOf({ ignition });

const fragments = (version: string): object => ({ fragments: [{ ignition: { version } }] });
const image = (version?: string): PreflightFacts => factsOf({ image: { version } });
const told = (probe: Probe): PreflightFacts => factsOf({ checks: { machineConfig: [probe] } });
const plain = factsOf({});

type Case = [
  problem: string,
  bad: [Config, PreflightFacts],
  valid: [Config, PreflightFacts],
  where: string,
  message: RegExp,
];

const cases: Case[] = [
  [
    "a boot image of before Ignition 3",
    [config(), image("4.5")],
    [config(), image("4.6")],
    "pools[metal].image",
    /is of OpenShift 4\.5 \(os_version 4\.5\)/,
  ],
  [
    "a specification that the boot image does not know",
    [config({ spec: "3.4.0" }), image("413.92.202310141129-0")],
    [config({ spec: "3.2.0" }), image("413.92.202310141129-0")],
    "pools[metal].ignition.spec",
    /uses Ignition 3\.4\.0/,
  ],
  [
    "a fragment that the boot image does not know",
    [config(fragments("3.5.0")), image("4.18")],
    [config(fragments("3.5.0")), image("4.19")],
    "pools[metal].ignition.fragments[0].ignition.version",
    /uses Ignition 3\.5\.0/,
  ],
  [
    "a Machine Config Server without the pool's config",
    [config(), told({ status: 500 })],
    [config(), told({ status: 200 })],
    "pools[metal].ignition.machineConfigPool",
    /answers 500 for pool "worker" in Ignition 3\.5\.0/,
  ],
  [
    "a Machine Config Server that does not know the image's Ignition",
    [config(), told({ status: 400 })],
    [config(), told({ unreachable: "connect ECONNREFUSED" })],
    "pools[metal].ignition.machineConfigPool",
    /answers 400/,
  ],
  [
    "a Machine Config Server that its machines do not trust",
    [config(), told({ distrusted: "self-signed certificate in certificate chain" })],
    [config(), told({ unreachable: "no answer in time" })],
    "cluster",
    /not trusted by its machines: self-signed/,
  ],
];

test.each(cases)(
  "GIVEN %s WHEN it is judged THEN it is found, and the valid case passes",
  (_, bad, valid, where, message) => {
    const found = diagnosticsOf(...bad);
    expect(found).toMatchObject([{ check: "ignition", path: where }]);
    expect(found[0]?.warning).toBeUndefined();
    expect(found[0]?.problem).toMatch(message);
    expect(diagnosticsOf(...valid)).toEqual([]);
  },
);

describe("GIVEN something that is not certain", () => {
  test.each<[string, Config, PreflightFacts]>([
    ["a specification above the cluster's, and an image without a release", config({ spec: "3.6.0" }), image()],
    ["a load balancer without a server behind it", config(), told({ status: 503 })],
  ])("WHEN %s is judged THEN it warns", (_, given, facts) => {
    const found = diagnosticsOf(given, facts);
    expect(found).toMatchObject([{ check: "ignition", warning: true }]);
  });

  test("WHEN a fragment has a mistake that Ignition does not refuse THEN it warns at its path", () => {
    const typo = { ignition: { version: "3.2.0" }, storage: { files: [{ path: "/a", mode: 644, overwite: true }] } };
    expect(diagnosticsOf(config({ fragments: [typo] }), plain)).toMatchObject([
      { check: "ignition", warning: true, path: "pools[metal].ignition.fragments[0].storage.files[0].overwite" },
      { check: "ignition", warning: true, path: "pools[metal].ignition.fragments[0].storage.files[0].mode" },
    ]);
  });

  test("WHEN the pool itself is unknown THEN only that is reported, not the server's response as well", () => {
    const found = diagnosticsOf(config({ machineConfigPool: "wroker" }), told({ status: 500 }));
    expect(found.map(({ check }) => check)).toEqual(["machine-config-pool"]);
  });

  test("WHEN the image declares no release and the cluster's release supports the config THEN nothing is reported", () => {
    expect(diagnosticsOf(config({ spec: "3.5.0" }), image())).toEqual([]);
  });
});

test.each([
  ["of an old release", "4.12", "3.2.0"],
  ["of a release that knows no Ignition 3", "4.5", "3.5.0"],
  ["without a release", undefined, "3.5.0"],
])("GIVEN an image %s WHEN the server is asked in its stead THEN in the Ignition %s", (_, version, expected) => {
  const { cloud, cluster } = image(version);
  const [pool] = cloud.pools;
  expect(pool && askedSpec(pool, cluster)).toBe(expected);
});

test.each<[PreflightFacts, string]>([
  [plain, "Machine Config Server serves Ignition up to 3.5.0; answered 200 for pool worker"],
  [
    told({ unreachable: "connect timeout" }),
    "Machine Config Server serves Ignition up to 3.5.0; not queried, it is unreachable from here: connect timeout",
  ],
  [
    factsOf({ cluster: { version: "v1.18.0" } }),
    "Machine Config Server serves Ignition 2; answered 200 for pool worker",
  ],
])("GIVEN an answer WHEN it is summed up THEN in a line", (facts, expected) => {
  expect(ignitionSummary(config(), facts)).toBe(expected);
});
