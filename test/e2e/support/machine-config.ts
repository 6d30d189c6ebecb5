import { readFile } from "node:fs/promises";
import path from "node:path";
import { dirs } from "../../lab/settings.ts";
import type { Undo } from "./cleanup.ts";
import { core } from "./cluster/cluster.ts";
import { until } from "./wait.ts";

/** What stands between a boot image and its Machine Config Server, made wrong and right again. */

const userData = { namespace: "openshift-machine-api", name: "worker-user-data" };
const token = { namespace: "openshift-machine-config-operator", name: "node-bootstrapper-token" };

/** Changes the pointer that the cluster keeps for its own workers, as its administrator could by mistake. */
export async function changeWorkerUserData(change: (text: string) => string): Promise<Undo> {
  const secret = await core.readNamespacedSecret(userData);
  const before = secret.data?.["userData"] ?? "";
  const after = change(Buffer.from(before, "base64").toString());
  const put = (text: string): Promise<unknown> =>
    core.patchNamespacedSecret({ ...userData, body: [{ op: "replace", path: "/data/userData", value: text }] });
  await put(Buffer.from(after).toString("base64"));
  return () => put(before);
}

/** Takes from the Machine Config Server what it hands to machines: it answers 500 then. */
export async function removeBootstrapToken(): Promise<Undo> {
  const { metadata, type } = await core.readNamespacedSecret(token);
  await core.deleteNamespacedSecret(token);
  const body = { metadata: { name: token.name, annotations: ownOf(metadata?.annotations) }, ...(type && { type }) };
  return async () => {
    await core.createNamespacedSecret({ namespace: token.namespace, body });
    await until("the controller's new token", async () => (await core.readNamespacedSecret(token)).data?.["token"]);
  };
}

const account = "kubernetes.io/service-account.name";

/** The controller of tokens adds annotations of its own. */
const ownOf = (annotations: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  [account]: annotations[account] ?? "",
});

/** The requests that the Machine Config Server has written down, oldest first. */
export async function requests(): Promise<string[]> {
  const log = await readFile(path.join(dirs.log, "machine-config-server.log"), "utf8");
  return log.split("\n").filter((line) => line.includes("/config/"));
}
