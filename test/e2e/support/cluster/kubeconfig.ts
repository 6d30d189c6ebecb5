import { RbacAuthorizationV1Api, type V1PolicyRule } from "@kubernetes/client-node";
import { readFile, writeFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import { permissions, roleNamespaces } from "../../../../components/kubernetes/permissions.ts";
import { files } from "../../../lab/settings.ts";
import type { Undo } from "../cleanup.ts";
import { administrator, core, ifThere } from "./cluster.ts";
import { serviceAccount } from "./identity.ts";

const rbac = administrator.makeApiClient(RbacAuthorizationV1Api);

interface Kubeconfig {
  clusters: [{ cluster: Record<string, unknown> }];
  users: [{ user: Record<string, unknown> }];
}

/** Writes the program's own kubeconfig with changes, and gives the environment that names it. */
export async function writeKubeconfig(
  file: string,
  change: (cluster: Record<string, unknown>, user: { user: Record<string, unknown> }) => void,
): Promise<Record<string, string>> {
  const config = parse(await readFile(files.registrarKubeconfig, "utf8")) as Kubeconfig;
  change(config.clusters[0].cluster, config.users[0]);
  await writeFile(file, stringify(config), { mode: 0o600 });
  return { KUBECONFIG: file };
}

/** An account that has all of the program's permissions but those of some resources. */
const lacking = { namespace: "default", name: "lacking" };

const rulesWithout = (resources: readonly string[], namespace: string | undefined): V1PolicyRule[] =>
  permissions
    .filter((it) => it.namespace === namespace)
    .map((it) => ({ ...it, resources: it.resources.filter((resource) => !resources.includes(resource)) }))
    .filter((it) => it.resources.length > 0)
    .map((it) => ({ apiGroups: [...it.apiGroups], resources: it.resources, verbs: [...it.verbs] }));

async function grantAllBut(resources: readonly string[]): Promise<void> {
  const { name } = lacking;
  const metadata = { name };
  const subjects = [{ kind: "ServiceAccount", ...lacking }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
  await rbac.createClusterRole({ body: { metadata, rules: rulesWithout(resources, undefined) } });
  await rbac.createClusterRoleBinding({ body: { metadata, roleRef, subjects } });
  for (const namespace of roleNamespaces) {
    await rbac.createNamespacedRole({ namespace, body: { metadata, rules: rulesWithout(resources, namespace) } });
    const body = { metadata, roleRef: { ...roleRef, kind: "Role" }, subjects };
    await rbac.createNamespacedRoleBinding({ namespace, body });
  }
}

async function removeLacking(): Promise<void> {
  const { name } = lacking;
  for (const namespace of roleNamespaces) {
    await ifThere(rbac.deleteNamespacedRoleBinding({ namespace, name }));
    await ifThere(rbac.deleteNamespacedRole({ namespace, name }));
  }
  await ifThere(rbac.deleteClusterRoleBinding({ name }));
  await ifThere(rbac.deleteClusterRole({ name }));
  await ifThere(core.deleteNamespacedServiceAccount(lacking));
}

/** Writes a kubeconfig whose account has all of the program's permissions but those of some resources. */
export async function writeLackingKubeconfig(file: string, ...resources: readonly string[]): Promise<Undo> {
  const { namespace, name } = lacking;
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  await grantAllBut(resources);
  await writeFile(file, (await serviceAccount(lacking)).exportConfig(), { mode: 0o600 });
  return removeLacking;
}
