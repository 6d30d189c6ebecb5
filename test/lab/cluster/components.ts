import path from "node:path";
import { builds } from "../builds/build.ts";
import { requestLog, type Spec } from "../runtime/processes.ts";
import { cluster, dirs, loopback, machineNetwork, ports, repo } from "../settings.ts";
import { credentials, type Identity, kubeCa, kubeconfigOf } from "./pki.ts";

/** One flag each: `--name=value`. */
const flags = (values: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

const etcdUrl = `http://${loopback}:${ports.etcd}`;

/** The Go heap grows to twice its live part by default; the lab's memory bound is dearer than a few collections. */
const env = { GOGC: "50" };

export const etcdData = path.join(dirs.data, "etcd");

/** A process without its name, which its step gives it: `down` must do without the tools. */
export type Program = Omit<Spec, "name">;

export async function etcdSpec(): Promise<Program> {
  const peer = `http://${loopback}:${ports.etcdPeer}`;
  return {
    command: await builds.etcd.path(),
    args: flags({
      name: "lab",
      "data-dir": etcdData,
      "listen-client-urls": etcdUrl,
      "advertise-client-urls": etcdUrl,
      "listen-peer-urls": peer,
      "initial-advertise-peer-urls": peer,
      "initial-cluster": `lab=${peer}`,
      // What a power cut of the host may lose is a lab that `up` builds again.
      "unsafe-no-fsync": true,
      "log-level": "warn",
    }),
    env,
  };
}

const kube = async (component: string, values: Parameters<typeof flags>[0]): Promise<Program> => ({
  command: await builds.kube.path(),
  args: [component, ...flags(values)],
  // The API server waits for its long requests to end; nobody is left to end them.
  grace: 3,
  env,
});

export function apiserverSpec(): Promise<Program> {
  const serving = credentials("kube-apiserver");
  const kubelet = credentials("kubelet-client");
  const accounts = credentials("service-account");
  return kube("kube-apiserver", {
    "etcd-servers": etcdUrl,
    "bind-address": machineNetwork.apiVip,
    "advertise-address": machineNetwork.apiVip,
    "secure-port": ports.apiserver,
    "tls-cert-file": serving.cert,
    "tls-private-key-file": serving.key,
    "client-ca-file": kubeCa.cert,
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": accounts.key,
    "service-account-signing-key-file": accounts.key,
    "service-cluster-ip-range": cluster.serviceCidr,
    "kubelet-certificate-authority": kubeCa.cert,
    "kubelet-client-certificate": kubelet.cert,
    "kubelet-client-key": kubelet.key,
    "kubelet-preferred-address-types": "InternalIP",
    "allow-privileged": true,
    "audit-policy-file": path.join(import.meta.dirname, "audit-policy.yaml"),
    "audit-log-path": requestLog("kube-apiserver"),
  });
}

/** What every controller process shares: its own identity at the API, and a TLS port on loopback. */
function controllerFlags(identity: Identity, port: number): Record<string, string | number | boolean> {
  const { cert, key } = credentials(identity);
  return {
    kubeconfig: kubeconfigOf(identity),
    "bind-address": loopback,
    "secure-port": port,
    "tls-cert-file": cert,
    "tls-private-key-file": key,
    "leader-elect": false,
  };
}

export function controllerManagerSpec(): Promise<Program> {
  return kube("kube-controller-manager", {
    ...controllerFlags("kube-controller-manager", ports.controllerManager),
    // Every default controller. The CSR approver among them approves nothing but what RBAC grants: renewals of a node's
    // own client certificate (selfnodeclient), as in OpenShift; see manifests/rbac.yaml.
    controllers: "*",
    "use-service-account-credentials": true,
    "cluster-signing-cert-file": kubeCa.cert,
    "cluster-signing-key-file": kubeCa.key,
    // OpenShift's value (cluster-kube-controller-manager-operator, defaultconfig.yaml).
    "cluster-signing-duration": "720h",
    "root-ca-file": kubeCa.cert,
    "service-account-private-key-file": credentials("service-account").key,
    // OpenShift's value. Shorter ones let nodes flap while two cores start a cloud beside them (20 s did).
    "node-monitor-grace-period": "40s",
    "node-monitor-period": "2s",
  });
}

export const schedulerSpec = (): Promise<Program> =>
  kube("kube-scheduler", controllerFlags("kube-scheduler", ports.scheduler));

export const cloudConfFile = path.join(dirs.conf, "cloud.conf");

export const cloudControllerSpec = (): Promise<Program> =>
  kube("openstack-cloud-controller-manager", {
    ...controllerFlags("cloud-controller-manager", ports.cloudController),
    "cloud-provider": "openstack",
    "cloud-config": cloudConfFile,
    controllers: "cloud-node,cloud-node-lifecycle",
  });

export const machineConfigServerSpec = (): Program => ({
  command: process.execPath,
  args: [path.join(repo, "test/lab/cluster/machine-config-server.ts")],
  env: { KUBECONFIG: kubeconfigOf("machine-config-server-client") },
});
