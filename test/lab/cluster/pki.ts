import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { ensureAuthority, issue, type KeyPair, type Request } from "../runtime/pki.ts";
import { cluster, dirs, hostPort, loopback, machineNetwork, ports } from "../settings.ts";

const pair = (name: string): KeyPair => ({
  cert: path.join(dirs.pki, `${name}.crt`),
  key: path.join(dirs.pki, `${name}.key`),
});

/** Signs the API server and every client of it, and is what the controller manager signs kubelet certificates with. */
export const kubeCa = pair("kube-ca");

/** Signs the Machine Config Server alone, as OpenShift's root-ca does: a pointer needs it besides the cloud's CA. */
export const machineConfigServerCa = pair("machine-config-server-ca");

export const apiUrl = `https://${hostPort(machineNetwork.apiVip, ports.apiserver)}`;
export const apiInternalUrl = `https://${cluster.apiInternal}:${ports.apiserver}`;
export const machineConfigServerUrl = `https://${hostPort(machineNetwork.apiVip, ports.machineConfigServer)}`;

/** The identities of the cluster; the organizations of a client are its groups. */
const requests = {
  "kube-apiserver": {
    cn: "kube-apiserver",
    dns: [cluster.apiInternal, "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"],
    ips: [machineNetwork.apiVip, loopback, cluster.kubernetesServiceIp],
    usages: ["server"],
  },
  "kubelet-client": { cn: "system:kube-apiserver", usages: ["client"] },
  "service-account": { cn: "service-account", usages: ["client"] },
  "kube-controller-manager": {
    cn: "system:kube-controller-manager",
    dns: ["localhost"],
    ips: [loopback],
    usages: ["client", "server"],
  },
  "kube-scheduler": { cn: "system:kube-scheduler", dns: ["localhost"], ips: [loopback], usages: ["client", "server"] },
  "cloud-controller-manager": {
    cn: "system:cloud-controller-manager",
    dns: ["localhost"],
    ips: [loopback],
    usages: ["client", "server"],
  },
  "machine-config-server-client": { cn: "machine-config-server", usages: ["client"] },
  "cluster-admin": { cn: "system:admin", o: ["system:masters"], usages: ["client"] },
} as const satisfies Record<string, Request>;

export type Identity = keyof typeof requests;

export const credentials = (identity: Identity): KeyPair => pair(identity);
export const machineConfigServerCredentials = pair("machine-config-server");
export const kubeconfigOf = (identity: Identity): string => path.join(dirs.conf, `${identity}.kubeconfig`);

const identities = Object.keys(requests) as Identity[];

/** Makes both authorities and every certificate of the control plane, once. */
export async function ensureClusterPki(): Promise<void> {
  await ensureAuthority(kubeCa, "kube-ca");
  await ensureAuthority(machineConfigServerCa, "root-ca");
  for (const identity of identities) await issue(identity, requests[identity], kubeCa);
  const server: Request = {
    cn: "system:machine-config-server",
    ips: [machineNetwork.apiVip],
    dns: [cluster.apiInternal],
    usages: ["server"],
  };
  await issue("machine-config-server", server, machineConfigServerCa);
}

const base64 = async (file: string): Promise<string> => (await readFile(file)).toString("base64");

/** A kubeconfig that needs no other file. */
export function kubeconfig(server: string, ca: string, user: Readonly<Record<string, string>>): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: cluster.name, cluster: { server, "certificate-authority-data": ca } }],
    users: [{ name: "user", user }],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user: "user" } }],
    "current-context": cluster.name,
  });
}

/** Writes the kubeconfig of an identity, which authenticates by its certificate over the API VIP. */
export async function writeKubeconfig(identity: Identity, file = kubeconfigOf(identity)): Promise<void> {
  const { cert, key } = credentials(identity);
  const user = { "client-certificate-data": await base64(cert), "client-key-data": await base64(key) };
  await writeFile(file, kubeconfig(apiUrl, await base64(kubeCa.cert), user), { mode: 0o600 });
}
