import { parseUserData } from "../../../../infra/discovery/cluster/read.ts";
import { core } from "../cluster/cluster.ts";

/** The Machine Config Server as the cluster's own workers reach it: its URL, and its CA as a data URL. */
export async function bootSource(): Promise<{ machineConfigServer: string; authority: string }> {
  const secret = { namespace: "openshift-machine-api", name: "worker-user-data" };
  const { data } = await core.readNamespacedSecret(secret);
  const { url, authorities } = parseUserData(Buffer.from(data?.["userData"] ?? "", "base64").toString());
  return { machineConfigServer: url, authority: authorities[0] ?? "" };
}
