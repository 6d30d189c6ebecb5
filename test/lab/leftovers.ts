import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { CloudQueries } from "./cloud.ts";
import { files } from "./settings.ts";

/** What the program could have left behind in OpenStack, Swift and Kubernetes, a line each. Empty: nothing. */
export async function leftovers(): Promise<string[]> {
  const config = new KubeConfig();
  config.loadFromFile(files.kubeconfig);
  const cloud = await CloudQueries.login("lab");
  const [servers, ports, containers, nodes] = await Promise.all([
    cloud.servers(),
    cloud.ports(),
    cloud.containers(),
    config.makeApiClient(CoreV1Api).listNode(),
  ]);
  return [
    ...servers.map(({ name, status }) => `server ${name} (${status})`),
    ...ports.map(({ name, id }) => `port ${name || id}`),
    ...containers.map((name) => `container ${name}`),
    ...nodes.items.map(({ metadata }) => `Node ${metadata?.name ?? ""}`),
  ];
}
