import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pLimit from "p-limit";
import { type Proxy, startProxy } from "../../component/support/proxy.ts";
import { files, machineNetwork, openstack, ports } from "../../lab/settings.ts";
import { selfSigned } from "../../support/authority.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { applicationCredential, makeReader } from "../support/obstacles.ts";
import { type Config, Project } from "../support/project.ts";
import { makeRegion, writeClouds } from "../support/cloud/region.ts";

interface Way {
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Config;
}

type Verdict = Awaited<ReturnType<Project["preflight"]>>;

const { cloudVip, apiVip } = machineNetwork;
const stackTrace = /^\s+at .*\.(ts|js):\d+/m;
const undo: (() => unknown)[] = [];
const verdicts = new Map<string, Verdict>();
let proxy: Proxy;
let clusterProxy: Proxy;

/** An object store whose certificate is of an authority of its own. */
async function startStranger(cert: string, key: string): Promise<string> {
  const server = createServer({ cert, key }, (_, response) => response.end("{}"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  undo.push(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/AUTH_%(tenant_id)s`;
}

/** Every way to the lab's cloud and cluster that is tried here. */
async function ways(folder: string): Promise<Record<string, Way>> {
  const clouds = (name: string, change: Parameters<typeof writeClouds>[1]): ReturnType<typeof writeClouds> =>
    writeClouds(path.join(folder, `${name}.yaml`), change);
  const stranger = await selfSigned();
  const otherCa = path.join(folder, "other-ca.pem");
  await writeFile(otherCa, stranger.cert);
  const credential = await applicationCredential();
  undo.push(credential.undo);
  undo.push(await makeReader("reader", openstack.password));
  undo.push(await makeRegion("RegionTwo", {}));
  undo.push(await makeRegion("NoStore", { "object-store": undefined }));
  undo.push(await makeRegion("OtherStore", { "object-store": await startStranger(stranger.cert, stranger.key) }));
  const inRegion = (region: string): Promise<Record<string, string>> =>
    clouds(region, (entry) => (entry["region_name"] = region));
  return {
    password: {
      config: { cloud: "envvars" },
      env: {
        OS_CLIENT_CONFIG_FILE: "/nonexistent",
        OS_AUTH_URL: `https://${cloudVip}:${ports.keystoneTls}/v3`,
        OS_CACERT: files.caCert,
        OS_REGION_NAME: openstack.region,
        OS_USERNAME: openstack.user,
        OS_PASSWORD: openstack.password,
        OS_PROJECT_NAME: openstack.project,
        OS_USER_DOMAIN_NAME: "Default",
        OS_PROJECT_DOMAIN_NAME: "Default",
      },
    },
    credential: {
      env: await clouds("credential", (entry) => {
        entry["auth_type"] = "v3applicationcredential";
        entry.auth = {
          auth_url: credential.env["OS_AUTH_URL"] ?? "",
          application_credential_id: credential.env["OS_APPLICATION_CREDENTIAL_ID"] ?? "",
          application_credential_secret: credential.env["OS_APPLICATION_CREDENTIAL_SECRET"] ?? "",
        };
      }),
    },
    region: { env: await inRegion("RegionTwo") },
    proxy: { env: { HTTPS_PROXY: proxy.url, NO_PROXY: apiVip, no_proxy: apiVip } },
    "cluster-proxy": { config: { cluster: { proxy: clusterProxy.url } } },
    "other-ca": { env: await clouds("other-ca", (entry) => (entry["cacert"] = otherCa)) },
    "other-cluster-ca": { config: { cluster: { ca: otherCa } } },
    "other-store-ca": { env: await inRegion("OtherStore") },
    "no-region": { env: await inRegion("RegionTree") },
    "no-store": { env: await inRegion("NoStore") },
    reader: { env: await clouds("reader", ({ auth }) => (auth["username"] = "reader")) },
  };
}

beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "ways-"));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  [proxy, clusterProxy] = await Promise.all([startProxy(), startProxy()]);
  undo.push(
    () => proxy.stop(),
    () => clusterProxy.stop(),
  );
  const projects: [string, Project][] = [];
  for (const [name, { config, env }] of Object.entries(await ways(folder)))
    projects.push([name, await Project.create(`ways-${name}`, config, env)]);
  // more at a time are no faster on two cores
  const limit = pLimit(4);
  await Promise.all(
    projects.map(([name, project]) => limit(async () => verdicts.set(name, await project.preflight()))),
  );
});

afterAll(async () => {
  for (const each of undo.toReversed()) await each();
});

const verdictOn = (way: string): Verdict => verdicts.get(way) ?? { code: undefined, output: "" };

describe("GIVEN a way that leads to cloud and cluster", () => {
  test.each([
    ["password", "a password in the environment's OS_ variables"],
    ["credential", "an application credential in clouds.yaml"],
    ["region", "the second region of the catalog"],
    ["proxy", "HTTPS_PROXY"],
    ["cluster-proxy", "cluster.proxy"],
  ])("WHEN it is %s (%s) THEN nothing stands in the way", (way) => {
    const { code, output } = verdictOn(way);
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
  });

  test("WHEN there is HTTPS_PROXY THEN the program and the OpenStack plugin, a program in Go, both go by it", () => {
    const asked = proxy.tunnels.map((to, i) => [to, proxy.agents[i] ?? ""] as const);
    const identity = asked.filter(([to]) => to === `${cloudVip}:${ports.keystoneTls}`);
    expect(identity.filter(([, agent]) => agent.startsWith("Go-http-client")).length).toBeGreaterThan(0);
    expect(identity.filter(([, agent]) => !agent.startsWith("Go-http-client"))).toHaveLength(1);
    expect(proxy.tunnels).toContain(`${cloudVip}:${ports.swiftTls}`);
    expect(proxy.tunnels).not.toContain(`${apiVip}:${ports.apiserver}`);
  });

  test("WHEN there is cluster.proxy THEN the API server alone is asked by it", () => {
    expect(new Set(clusterProxy.tunnels)).toEqual(new Set([`${apiVip}:${ports.apiserver}`]));
  });
});

describe("GIVEN a way that does not", () => {
  test.each([
    [
      "other-ca",
      /cloud: the certificate of the identity service at \S+ is not trusted: .*\n.*\n.*cacert of clouds\.lab/,
    ],
    ["other-cluster-ca", /cluster: the certificate of the API server at \S+ is not trusted: .*\n.*\n.*set cluster\.ca/],
    ["other-store-ca", /cloud: the object store at \S+ cannot be queried: .*certificate.*\n.*cacert.*\n.*check cacert/],
    ["no-region", /cloud: .* no public endpoint of type object-store in region RegionTree\n.*\n.*region_name/],
    ["no-store", /cloud: .* no public endpoint of type object-store in region NoStore\n.*\(Swift\).*\n/],
    ["reader", /cloud: the account may not use the object store at \S+ \(403 for container /],
  ])("WHEN it is %s THEN that is a fault, without a stack trace", (way, expected) => {
    const { code, output } = verdictOn(way);
    expect(output).toMatch(expected);
    expect(output).not.toMatch(stackTrace);
    expect(code).toBe(1);
  });

  test("THEN nothing is made", async () => {
    expect(await cloud.containers()).toEqual([]);
    expect(await cloud.servers()).toEqual([]);
    expect(await cloud.ports()).toEqual([]);
  });
});
