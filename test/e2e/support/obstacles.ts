import { CoreV1Api, CustomObjectsApi, KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { permissions, roleNamespaces } from "../../../components/kubernetes/permissions.ts";
import { readCloud } from "../../../components/openstack/clouds-yaml.ts";
import { swiftConf } from "../../lab/openstack/config/swift.ts";
import { serviceSteps } from "../../lab/openstack/services.ts";
import { stop } from "../../lab/runtime/processes.ts";
import { cluster, files, machineNetwork, openstack } from "../../lab/settings.ts";
import { admin, cloud } from "./cloud/cloud.ts";
import { ifThere } from "./cluster/cluster.ts";

/** Things in the lab's cloud and cluster that an attach would fail at, made and taken away again. */

const config = new KubeConfig();
config.loadFromFile(files.kubeconfig);
const core = config.makeApiClient(CoreV1Api);
const rbac = config.makeApiClient(RbacAuthorizationV1Api);
const custom = config.makeApiClient(CustomObjectsApi);

type Undo = () => Promise<unknown>;

const idOf = (kind: string, answer: unknown): string =>
  z.object({ [kind]: z.object({ id: z.string() }) }).parse(answer)[kind]?.id ?? "";

const idByName = async (service: string, path: string, kind: string, name: string): Promise<string> => {
  const list = await admin.get(service, `${path}?name=${name}`);
  const found = z.object({ [kind]: z.array(z.object({ id: z.string() })) }).parse(list)[kind]?.[0];
  if (!found) throw new Error(`the lab has no ${name}`);
  return found.id;
};

export async function makeFlavor(name: string, extraSpecs: Readonly<Record<string, string>>): Promise<Undo> {
  const made = await admin.send("POST", "compute", "/flavors", { flavor: { name, vcpus: 2, ram: 4096, disk: 20 } });
  const path = `/flavors/${idOf("flavor", made)}`;
  if (Object.keys(extraSpecs).length > 0)
    await admin.send("POST", "compute", `${path}/os-extra_specs`, { extra_specs: extraSpecs });
  return () => admin.remove("compute", path);
}

/** An image whose data never came. */
export async function makeQueuedImage(name: string): Promise<Undo> {
  const made = await cloud.send("POST", "image", "/v2/images", {
    name,
    disk_format: "raw",
    container_format: "bare",
  });
  const { id } = z.object({ id: z.string() }).parse(made);
  return () => cloud.remove("image", `/v2/images/${id}`);
}

export async function setInstanceQuota(instances: number): Promise<Undo> {
  const project = await idByName("identity", "/projects", "projects", openstack.project);
  await admin.send("PUT", "compute", `/os-quota-sets/${project}`, { quota_set: { instances } });
  return () => admin.remove("compute", `/os-quota-sets/${project}`);
}

export async function setMtu(mtu: number): Promise<Undo> {
  const path = `/v2.0/networks/${await idByName("network", "/v2.0/networks", "networks", openstack.network)}`;
  await admin.send("PUT", "network", path, { network: { mtu } });
  return () => admin.send("PUT", "network", path, { network: { mtu: 1500 } });
}

export async function removeDns(): Promise<Undo> {
  const path = `/v2.0/subnets/${await idByName("network", "/v2.0/subnets", "subnets", openstack.subnet)}`;
  await admin.send("PUT", "network", path, { subnet: { dns_nameservers: [] } });
  return () => admin.send("PUT", "network", path, { subnet: { dns_nameservers: [machineNetwork.dhcp] } });
}

/** The environment of a runner that has no clouds.yaml, but an application credential of the program's user. */
export async function applicationCredential(): Promise<{ env: Record<string, string>; undo: Undo }> {
  const { auth } = await readCloud("lab");
  const user = await idByName("identity", "/users", "users", openstack.user);
  const made = await cloud.send("POST", "identity", `/users/${user}/application_credentials`, {
    application_credential: { name: `e2e-${Date.now()}` },
  });
  const { id, secret } = z
    .object({ application_credential: z.object({ id: z.string(), secret: z.string() }) })
    .parse(made).application_credential;
  const env = {
    OS_CLIENT_CONFIG_FILE: "/nonexistent",
    OS_AUTH_URL: auth.auth_url,
    OS_CACERT: files.caCert,
    OS_REGION_NAME: openstack.region,
    OS_APPLICATION_CREDENTIAL_ID: id,
    OS_APPLICATION_CREDENTIAL_SECRET: secret,
  };
  return { env, undo: () => cloud.remove("identity", `/users/${user}/application_credentials/${id}`) };
}

/** Somebody of the project who may look at everything in it, and has no role that Swift's operators have. */
export async function makeReader(name: string, password: string): Promise<Undo> {
  const project = await idByName("identity", "/projects", "projects", openstack.project);
  const role = await idByName("identity", "/roles", "roles", "reader");
  const made = await admin.send("POST", "identity", "/users", { user: { name, password, domain_id: "default" } });
  const user = idOf("user", made);
  await admin.send("PUT", "identity", `/projects/${project}/users/${user}/roles/${role}`, {});
  return () => admin.remove("identity", `/users/${user}`);
}

/** The installer's tag on a subnet, by default the machine network's. */
export async function tagSubnet(tag: string, name = openstack.subnet): Promise<Undo> {
  const path = `/v2.0/subnets/${await idByName("network", "/v2.0/subnets", "subnets", name)}/tags`;
  await admin.send("PUT", "network", path, { tags: [tag] });
  return () => admin.remove("network", path);
}

/** A security group of the project. */
export async function makeSecurityGroup(name: string, ...tags: readonly string[]): Promise<{ id: string; undo: Undo }> {
  const id = idOf(
    "security_group",
    await cloud.send("POST", "network", "/v2.0/security-groups", { security_group: { name } }),
  );
  await cloud.send("PUT", "network", `/v2.0/security-groups/${id}/tags`, { tags });
  return { id, undo: () => cloud.remove("network", `/v2.0/security-groups/${id}`) };
}

export async function renameSecurityGroup(name: string, to: string): Promise<Undo> {
  const path = `/v2.0/security-groups/${await idByName("network", "/v2.0/security-groups", "security_groups", name)}`;
  const rename = (it: string): Promise<unknown> => cloud.send("PUT", "network", path, { security_group: { name: it } });
  await rename(to);
  return () => rename(name);
}

async function restartSwift(text: string): Promise<void> {
  await writeFile(path.join(swiftConf, "proxy-server.conf"), text);
  await stop("swift");
  await serviceSteps.find(({ name }) => name === "swift")?.up(() => undefined);
}

/** An object store as old releases are: its signed URLs are of SHA-1. */
export async function allowOnlySha1(): Promise<Undo> {
  const text = await readFile(path.join(swiftConf, "proxy-server.conf"), "utf8");
  const old = text.replace(/^(allowed_digests\s*=).*$/m, "$1 sha1");
  if (old === text) throw new Error("the lab's Swift names no digests");
  await restartSwift(old);
  return () => restartSwift(text);
}

/** A server of a stack, which no machine suits: it stays in ERROR. */
export async function makeServerOf(stack: string, name: string, flavor: string): Promise<Undo> {
  const flavors = z
    .object({ flavors: z.array(z.object({ id: z.string(), name: z.string() })) })
    .parse(await cloud.get("compute", "/flavors")).flavors;
  const images = z
    .object({ images: z.array(z.object({ id: z.string() })) })
    .parse(await cloud.get("image", `/v2/images?name=${openstack.image}`)).images;
  const made = await cloud.send("POST", "compute", "/servers", {
    server: {
      name,
      flavorRef: flavors.find((each) => each.name === flavor)?.id,
      imageRef: images[0]?.id,
      networks: "none",
      metadata: { owner: `organization/openstack-baremetal-compute/${stack}` },
    },
  });
  return () => cloud.remove("compute", `/servers/${idOf("server", made)}`);
}

export async function makeForeignPort(name: string): Promise<Undo> {
  const network = await idByName("network", "/v2.0/networks", "networks", openstack.network);
  const made = await cloud.send("POST", "network", "/v2.0/ports", { port: { name, network_id: network } });
  return () => cloud.remove("network", `/v2.0/ports/${idOf("port", made)}`);
}

export async function makeMachine(name: string): Promise<Undo> {
  const place = {
    group: "machine.openshift.io",
    version: "v1beta1",
    namespace: "openshift-machine-api",
    plural: "machines",
  };
  const body = { apiVersion: "machine.openshift.io/v1beta1", kind: "Machine", metadata: { name }, spec: {} };
  await custom.createNamespacedCustomObject({ ...place, body });
  return () => ifThere(custom.deleteNamespacedCustomObject({ ...place, name }));
}

/** A kubeconfig whose account has all of the program's permissions but those of some resources. */
export async function writeLackingKubeconfig(file: string, ...lacking: readonly string[]): Promise<Undo> {
  const name = "lacking";
  const namespace = "default";
  const subjects = [{ kind: "ServiceAccount", namespace, name }];
  const left = permissions
    .map((it) => ({ ...it, resources: it.resources.filter((resource) => !lacking.includes(resource)) }))
    .filter(({ resources }) => resources.length > 0);
  const rulesIn = (place: string | undefined): { apiGroups: string[]; resources: string[]; verbs: string[] }[] =>
    left
      .filter((it) => it.namespace === place)
      .map(({ apiGroups, resources, verbs }) => ({
        apiGroups: [...apiGroups],
        resources: [...resources],
        verbs: [...verbs],
      }));
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  await rbac.createClusterRole({ body: { metadata: { name }, rules: rulesIn(undefined) } });
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
  await rbac.createClusterRoleBinding({ body: { metadata: { name }, roleRef, subjects } });
  for (const place of roleNamespaces) {
    await rbac.createNamespacedRole({ namespace: place, body: { metadata: { name }, rules: rulesIn(place) } });
    await rbac.createNamespacedRoleBinding({
      namespace: place,
      body: { metadata: { name }, roleRef: { ...roleRef, kind: "Role" }, subjects },
    });
  }
  const { status } = await core.createNamespacedServiceAccountToken({
    namespace,
    name,
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  const account = new KubeConfig();
  const server = config.getCurrentCluster();
  if (!server || !status?.token) throw new Error(`no cluster ${cluster.name} in the lab's kubeconfig, or no token`);
  account.loadFromClusterAndUser(server, { name, token: status.token });
  await writeFile(file, account.exportConfig(), { mode: 0o600 });
  return async () => {
    for (const place of roleNamespaces) {
      await ifThere(rbac.deleteNamespacedRoleBinding({ namespace: place, name }));
      await ifThere(rbac.deleteNamespacedRole({ namespace: place, name }));
    }
    await ifThere(rbac.deleteClusterRoleBinding({ name }));
    await ifThere(rbac.deleteClusterRole({ name }));
    await ifThere(core.deleteNamespacedServiceAccount({ namespace, name }));
  };
}
