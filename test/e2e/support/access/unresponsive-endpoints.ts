import path from "node:path";
import { machineNetwork } from "../../../lab/settings.ts";
import type { Cleanup } from "../cleanup.ts";
import { writeClouds } from "../cloud/clouds-yaml.ts";
import { makeRegion } from "../cloud/region.ts";
import { writeKubeconfig } from "../cluster/kubeconfig.ts";
import { startUnresponsiveServer } from "../cluster/unresponsive.ts";

type Env = Readonly<Record<string, string>>;

/** A user of the cluster whose credentials come from a helper that takes longer than the program waits. */
const withSlowHelper = (user: { user: Record<string, unknown> }): void => {
  const apiVersion = "client.authentication.k8s.io/v1";
  user.user = { exec: { apiVersion, command: "sleep", args: ["150"], interactiveMode: "Never" } };
};

/** Without TLS the connection is made: what is missing is the answer to the request. */
const withoutTls =
  (at: string) =>
  (cluster: Record<string, unknown>): void => {
    delete cluster["certificate-authority-data"];
    Object.assign(cluster, { server: `http://${at}`, "insecure-skip-tls-verify": true });
  };

/**
 * Environments of the program, each with a server that never answers in the place of something that it asks, by its name.
 * A region is a catalog of the real cloud with another URL in it.
 */
export async function unresponsiveEndpoints(cleanup: Cleanup): Promise<Readonly<Record<string, Env>>> {
  const folder = await cleanup.folder("unresponsive");
  const file = (name: string): string => path.join(folder, name);
  const server = await startUnresponsiveServer();
  const { at } = server;
  cleanup.push(() => server.stop());
  cleanup.push(await makeRegion("SilentStore", { "object-store": `http://${at}/v1/AUTH_%(tenant_id)s` }));
  cleanup.push(await makeRegion("SilentNetwork", { network: `http://${at}` }));
  const inRegion = (region: string): Promise<Env> =>
    writeClouds(file(`${region}.yaml`), (entry) => (entry["region_name"] = region));
  const direct = `127.0.0.1,localhost,${machineNetwork.apiVip}`;
  return {
    "identity and cluster": {
      ...(await writeClouds(file("identity.yaml"), ({ auth }) => (auth["auth_url"] = `http://${at}/v3`))),
      ...(await writeKubeconfig(file("tls"), (cluster) => (cluster["server"] = `https://${at}`))),
    },
    "behind a balancer": await writeKubeconfig(file("clear"), withoutTls(at)),
    helper: await writeKubeconfig(file("helper"), (_, user) => withSlowHelper(user)),
    "object store": await inRegion("SilentStore"),
    network: await inRegion("SilentNetwork"),
    proxy: { HTTPS_PROXY: `http://${at}`, NO_PROXY: direct, no_proxy: direct },
  };
}
