import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { CloudQueries } from "./cloud.ts";
import { files } from "./settings.ts";

/**
 * What the program could have left behind in OpenStack, Swift and Kubernetes, a line each. Empty: nothing.
 * @param prefix only what has a name that begins so
 */
export async function leftovers(prefix = ""): Promise<string[]> {
  const config = new KubeConfig();
  config.loadFromFile(files.kubeconfig);
  const cloud = await CloudQueries.login("lab");
  const [servers, ports, trunks, containers, nodes] = await Promise.all([
    cloud.servers(),
    cloud.ports(),
    cloud.trunks(),
    cloud.containers(),
    config.makeApiClient(CoreV1Api).listNode(),
  ]);
  const found = [
    ...servers.map(({ name, status }) => ({ name, text: `server ${name} (${status})` })),
    ...ports.map(({ name, id }) => ({ name, text: `port ${name || id}` })),
    ...trunks.map(({ name, id }) => ({ name, text: `trunk ${name || id}` })),
    ...containers.map((name) => ({ name, text: `container ${name}` })),
    ...nodes.items.map(({ metadata: { name = "" } = {} }) => ({ name, text: `Node ${name}` })),
  ];
  return found.flatMap(({ name, text }) => (name.startsWith(prefix) ? [text] : []));
}
