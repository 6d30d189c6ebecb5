import { describe, expect, test } from "@jest/globals";
import { newestServed, releaseOfKubernetes, specOfImage } from "../../../../../components/ignition/release.ts";
import { parseInfrastructure, parseUserDataSecret } from "../../../../../infra/discovery/cluster/read.ts";
import { servedSpec } from "../../../../../infra/discovery/ignition-spec.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import { configOf, diagnosticsOf, factsOf } from "../../../../support/preflight-facts.ts";
import {
  openstack412,
  openstack414,
  openstack416,
  openstack418,
  openstack419,
  openstack420,
  openstack422,
  openstack50,
} from "../../../../support/releases/index.ts";
import { authority, infraId, type Release } from "../../../../support/releases/release.ts";

interface Expected {
  /** minor release of OpenShift 4 that its Kubernetes is of */
  readonly release: number;
  readonly machineNetworks: readonly string[];
  /** the newest Ignition of its Machine Config Server */
  readonly served: string;
  /** what its image asks for, the newest that a config may use */
  readonly asked: string;
}

const networks = ["10.0.0.0/16"];
const releases: [version: string, release: Release, expected: Expected][] = [
  ["4.12", openstack412, { release: 12, machineNetworks: [], served: "3.2.0", asked: "3.2.0" }],
  ["4.14", openstack414, { release: 14, machineNetworks: [], served: "3.4.0", asked: "3.4.0" }],
  ["4.16", openstack416, { release: 16, machineNetworks: networks, served: "3.4.0", asked: "3.4.0" }],
  ["4.18", openstack418, { release: 18, machineNetworks: networks, served: "3.4.0", asked: "3.4.0" }],
  ["4.19", openstack419, { release: 19, machineNetworks: networks, served: "3.5.0", asked: "3.5.0" }],
  ["4.20", openstack420, { release: 20, machineNetworks: networks, served: "3.5.0", asked: "3.5.0" }],
  ["4.22", openstack422, { release: 22, machineNetworks: networks, served: "3.5.0", asked: "3.6.0" }],
  ["5.0", openstack50, { release: 23, machineNetworks: networks, served: "3.5.0", asked: "3.6.0" }],
];

const unreachable = { unreachable: "connect timeout" };
const later = (spec: string): string => `3.${Number(spec.split(".")[1]) + 1}.0`;

/** The facts of a cluster of one release, and of a pool with the image of one. */
const facts = (cluster: Release, { image }: Release, probe: PreflightFacts["checks"]["machineConfig"][number]) =>
  factsOf({ cluster: { version: cluster.gitVersion }, image: { version: image }, checks: { machineConfig: [probe] } });

describe.each(releases)("GIVEN a cluster of OpenShift %s on OpenStack", (_, release, expected) => {
  test("WHEN its Infrastructure is read THEN its names and addresses are known", () => {
    expect(parseInfrastructure(release.infrastructure)).toEqual({
      infraId,
      apiUrl: "https://api-int.lab.example.com:6443",
      apiVips: ["10.0.0.5"],
      ingressVips: ["10.0.0.7"],
      machineNetworks: expected.machineNetworks,
      platform: { type: "OpenStack", hasCloudController: true, isHosted: false },
    });
  });

  test.each(["worker-user-data", "worker-user-data-managed"])(
    "WHEN %s is read THEN it tells the same server",
    (name) => {
      expect(parseUserDataSecret(name, release.secrets[name])).toEqual({
        url: "https://10.0.0.5:22623",
        authorities: [authority],
      });
    },
  );

  test("WHEN its Kubernetes version is read THEN release and Ignition of its server and image are known", () => {
    const minor = releaseOfKubernetes(release.gitVersion);
    const [major, named] = release.clusterVersion.split(".").map(Number);
    // 5.0 has the Kubernetes of 4.23
    expect(minor).toBe(major === 5 ? 23 : named);
    expect(minor).toBe(expected.release);
    expect(servedSpec({ version: release.gitVersion })).toBe(expected.served);
    expect(specOfImage(release.image)).toBe(expected.asked);
  });

  test("WHEN a config uses the newest Ignition of its image THEN it passes, and a later one is refused", () => {
    const own = facts(release, release, { status: 200 });
    expect(diagnosticsOf(configOf({ ignition: { spec: expected.asked } }), own)).toEqual([]);
    const fragments = [{ ignition: { version: later(expected.asked) } }];
    const errors = diagnosticsOf(configOf({ ignition: { fragments } }), own).filter(({ warning }) => warning !== true);
    expect(errors).toMatchObject([
      {
        check: "ignition",
        path: "pools[metal].ignition.fragments[0].ignition.version",
        problem: `the config uses Ignition ${later(expected.asked)}`,
        expected: expect.stringMatching(`^at most ${expected.asked}: image "rhcos" .*os_version ${release.image}`),
      },
    ]);
  });

  test("WHEN its server cannot be asked from here THEN its own image is fine", () => {
    expect(diagnosticsOf(configOf(), facts(release, release, unreachable))).toEqual([]);
  });
});

describe("GIVEN an image of another release than the cluster", () => {
  const pairs = releases.flatMap(([of, image]) => releases.map(([on, cluster]) => [of, on, image, cluster] as const));
  const refusing = pairs.filter(([of, on]) => on === "4.20" && (of === "4.22" || of === "5.0"));
  const fine = pairs.filter((pair) => !refusing.includes(pair));

  test.each(refusing)(
    "WHEN that of %s boots in %s, whose server may refuse it, THEN it warns",
    (_, __, image, cluster) => {
      expect(diagnosticsOf(configOf(), facts(cluster, image, unreachable))).toMatchObject([
        {
          check: "ignition",
          path: "pools[metal].image",
          warning: true,
          problem: `image "rhcos" has os_version ${image.image}: its machine asks for Ignition 3.6.0, and the Machine Config Server of OpenShift 4.20 serves up to 3.5.0`,
        },
      ]);
      // asked, the server itself tells
      expect(diagnosticsOf(configOf(), facts(cluster, image, { status: 200 }))).toEqual([]);
      expect(diagnosticsOf(configOf(), facts(cluster, image, { status: 400 }))).toMatchObject([
        { check: "ignition", remedy: expect.stringContaining("choose an RHCOS image of the cluster's own release") },
      ]);
    },
  );

  test.each(fine)("WHEN that of %s boots in %s THEN nothing is reported", (_, __, image, cluster) => {
    expect(diagnosticsOf(configOf(), facts(cluster, image, unreachable))).toEqual([]);
  });
});

test("GIVEN releases WHEN one is later THEN its server serves no less, and never more than the newest known", () => {
  const served = Array.from({ length: 30 }, (_, i) => newestServed(i + 6) ?? "");
  expect(served).toEqual(served.toSorted());
  expect(served.at(-1)).toBe("3.5.0");
  expect(newestServed(5)).toBeUndefined();
});
