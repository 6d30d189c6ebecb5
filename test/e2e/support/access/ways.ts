import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type Proxy, startProxy } from "../../../component/support/proxy.ts";
import { files, hostPort, machineNetwork, openstack, ports } from "../../../lab/settings.ts";
import { selfSigned } from "../../../support/authority.ts";
import type { Cleanup } from "../cleanup.ts";
import { applicationCredential, makeAccount } from "../cloud/account.ts";
import { withCredential, writeClouds } from "../cloud/clouds-yaml.ts";
import { makeRegion } from "../cloud/region.ts";
import type { Config } from "../project.ts";

type Env = Readonly<Record<string, string>>;

/** A way to the lab's cloud and cluster. */
export interface Way {
  readonly env?: Env;
  readonly config?: Config;
}

const { cloudVip, apiVip } = machineNetwork;

/** A password in the environment, without any file. */
const password: Way = {
  config: { cloud: "envvars" },
  env: {
    OS_CLIENT_CONFIG_FILE: "/nonexistent",
    OS_AUTH_URL: `https://${hostPort(cloudVip, ports.keystoneTls)}/v3`,
    OS_CACERT: files.caCert,
    OS_REGION_NAME: openstack.region,
    OS_USERNAME: openstack.user,
    OS_PASSWORD: openstack.password,
    OS_PROJECT_NAME: openstack.project,
    OS_USER_DOMAIN_NAME: "Default",
    OS_PROJECT_DOMAIN_NAME: "Default",
  },
};

/** An object store whose certificate is signed by itself. */
async function startStore({ cert, key }: { cert: string; key: string }, cleanup: Cleanup): Promise<string> {
  const server = createServer({ cert, key }, (_, response) => response.end("{}"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  cleanup.push(() => server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1/AUTH_%(tenant_id)s`;
}

/** A proxy that is stopped with the rest. */
export async function makeProxy(cleanup: Cleanup): Promise<Proxy> {
  const proxy = await startProxy();
  cleanup.push(() => proxy.stop());
  return proxy;
}

/** Ways by a clouds.yaml whose entry names another account or authority. */
async function accountWays(folder: string, otherCa: string, cleanup: Cleanup): Promise<Record<string, Way>> {
  const credential = await applicationCredential();
  const reader = await makeAccount("reader", ["reader"]);
  cleanup.push(credential.undo, reader.undo);
  const readerFile = path.join(folder, "reader.yaml");
  await writeFile(readerFile, reader.cloudsYaml);
  return {
    credential: { env: await writeClouds(path.join(folder, "credential.yaml"), withCredential(credential)) },
    reader: { env: { OS_CLIENT_CONFIG_FILE: readerFile } },
    "other-ca": {
      env: await writeClouds(path.join(folder, "other-ca.yaml"), (entry) => (entry["cacert"] = otherCa)),
    },
  };
}

/** Ways by a clouds.yaml whose entry names another region of the catalog. */
async function regionWays(folder: string, store: string, cleanup: Cleanup): Promise<Record<string, Way>> {
  cleanup.push(await makeRegion("RegionTwo", {}));
  cleanup.push(await makeRegion("NoStore", { "object-store": undefined }));
  cleanup.push(await makeRegion("OtherStore", { "object-store": store }));
  const inRegion = (region: string): Promise<Env> =>
    writeClouds(path.join(folder, `${region}.yaml`), (entry) => (entry["region_name"] = region));
  return {
    region: { env: await inRegion("RegionTwo") },
    "other-store-ca": { env: await inRegion("OtherStore") },
    "no-region": { env: await inRegion("RegionTree") },
    "no-store": { env: await inRegion("NoStore") },
  };
}

/** Every way that is tried, by its name. */
export async function makeWays(
  proxy: Proxy,
  clusterProxy: Proxy,
  cleanup: Cleanup,
): Promise<Readonly<Record<string, Way>>> {
  const folder = await cleanup.folder("ways");
  const authority = await selfSigned();
  const otherCa = path.join(folder, "other-ca.pem");
  await writeFile(otherCa, authority.cert);
  return {
    password,
    ...(await accountWays(folder, otherCa, cleanup)),
    ...(await regionWays(folder, await startStore(authority, cleanup), cleanup)),
    proxy: { env: { HTTPS_PROXY: proxy.url, NO_PROXY: apiVip, no_proxy: apiVip } },
    "cluster-proxy": { config: { cluster: { proxy: clusterProxy.url } } },
    "other-cluster-ca": { config: { cluster: { ca: otherCa } } },
  };
}
