import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { dirs } from "../../lab/settings.ts";
import { cloud } from "./cloud/cloud.ts";
import { core } from "./cluster/cluster.ts";
import { until } from "./wait.ts";

/** What stands between a boot image and its Machine Config Server, made wrong and right again. */

type Undo = () => Promise<unknown>;

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

/** An active image, whose data nobody reads. */
export async function makeImage(name: string, properties: Readonly<Record<string, string>>): Promise<Undo> {
  const made = await cloud.send("POST", "image", "/v2/images", {
    name,
    disk_format: "raw",
    container_format: "bare",
    ...properties,
  });
  const { id } = z.object({ id: z.string() }).parse(made);
  await cloud.upload("image", `/v2/images/${id}/file`, "not a system");
  return () => cloud.remove("image", `/v2/images/${id}`);
}

/** The requests that the Machine Config Server has written down, oldest first. */
export async function requests(): Promise<string[]> {
  const log = await readFile(path.join(dirs.log, "machine-config-server.log"), "utf8");
  return log.split("\n").filter((line) => line.includes("/config/"));
}
