import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { isRunning, start, stop, waitFor } from "../runtime/processes.ts";
import type { Plan, Step } from "../runtime/step.ts";
import { dirs, files, hostPort, loopback, machineNetwork, openstack, ports } from "../settings.ts";
import { answers, apiReady } from "./answers.ts";
import {
  apiserverSpec,
  cloudConfFile,
  cloudControllerSpec,
  controllerManagerSpec,
  etcdData,
  etcdSpec,
  machineConfigServerSpec,
  type Program,
  schedulerSpec,
} from "./components.ts";
import { applyManifests, manifestsApplied } from "./manifests.ts";
import {
  ensureClusterPki,
  kubeCa,
  kubeconfigOf,
  machineConfigServerCa,
  machineConfigServerUrl,
  writeKubeconfig,
} from "./pki.ts";

interface Service {
  readonly name: string;
  /** name of the process; default: that of the step */
  readonly process?: string;
  readonly timeout: number;
  readonly spec: () => Promise<Program> | Program;
  readonly ready: () => Promise<boolean>;
  readonly prepare?: () => Promise<void>;
  /** folder of what the process keeps, which goes with it */
  readonly data?: string;
}

/** A step that keeps one process running. */
const service = ({ name, process = name, timeout: bound, spec, ready, prepare, data }: Service): Step => ({
  name,
  timeout: bound,
  check: async () => (await isRunning(process)) && (await ready()),
  async up() {
    await mkdir(dirs.data, { recursive: true });
    await prepare?.();
    await start({ name: process, ...(await spec()) });
    // Sooner than the step's own bound, which knows nothing of the log.
    await waitFor(process, ready, bound - 2);
  },
  async down() {
    await stop(process);
    if (data !== undefined) await rm(data, { recursive: true, force: true });
  },
});

const identities = [
  "kube-controller-manager",
  "kube-scheduler",
  "cloud-controller-manager",
  "machine-config-server-client",
] as const;

const pki: Step = {
  name: "cluster certificates",
  timeout: 20,
  check: async () => Promise.resolve(existsSync(files.kubeconfig)),
  async up() {
    await mkdir(dirs.conf, { recursive: true });
    await mkdir(dirs.client, { recursive: true });
    await ensureClusterPki();
    for (const identity of identities) await writeKubeconfig(identity, kubeconfigOf(identity));
    await writeKubeconfig("cluster-admin", files.kubeconfig);
  },
};

const objects: Step = {
  name: "OpenShift's objects",
  timeout: 30,
  check: manifestsApplied,
  async up() {
    await applyManifests();
    const deadline = Date.now() + 15_000;
    while (!(await manifestsApplied())) {
      if (Date.now() > deadline) throw new Error("the node-bootstrapper account got no token");
    }
  },
};

/** The account that OpenShift's cloud controller uses is a plain member of the project as well. */
async function writeCloudConf(): Promise<void> {
  const text = `[Global]
auth-url = https://${hostPort(machineNetwork.cloudVip, ports.keystoneTls)}/v3
ca-file = ${files.caCert}
username = ${openstack.user}
password = ${openstack.password}
tenant-name = ${openstack.project}
domain-name = Default
region = ${openstack.region}

[LoadBalancer]
enabled = false

[Networking]
internal-network-name = ${openstack.network}
`;
  await writeFile(cloudConfFile, text, { mode: 0o600 });
}

/** The control plane and the Machine Config Server: needs the bridge, and nothing of OpenStack. */
export const controlPlane: Plan = [
  pki,
  service({
    name: "etcd",
    timeout: 20,
    spec: etcdSpec,
    data: etcdData,
    ready: () => answers(`http://${loopback}:${ports.etcd}/health`),
  }),
  service({
    name: "kube-apiserver",
    timeout: 40,
    spec: apiserverSpec,
    ready: apiReady,
  }),
  [
    service({
      name: "kube-controller-manager",
      timeout: 40,
      spec: controllerManagerSpec,
      ready: () => answers(`https://${loopback}:${ports.controllerManager}/healthz`, kubeCa.cert),
    }),
    service({
      name: "kube-scheduler",
      timeout: 40,
      spec: schedulerSpec,
      ready: () => answers(`https://${loopback}:${ports.scheduler}/healthz`, kubeCa.cert),
    }),
  ],
  objects,
  service({
    name: "Machine Config Server",
    process: "machine-config-server",
    timeout: 20,
    spec: machineConfigServerSpec,
    ready: () => answers(`${machineConfigServerUrl}/config/worker`, machineConfigServerCa.cert),
  }),
];

/** Needs Keystone and Nova: it authenticates as it starts, and ends when it cannot. */
export const cloudController: Step = service({
  name: "OpenStack cloud controller",
  process: "openstack-cloud-controller-manager",
  timeout: 40,
  prepare: writeCloudConf,
  spec: cloudControllerSpec,
  ready: () => answers(`https://${loopback}:${ports.cloudController}/healthz`, kubeCa.cert),
});

/** The whole cluster, after OpenStack. `controlPlane` may run beside OpenStack. */
export const cluster: Plan = [...controlPlane, cloudController];
