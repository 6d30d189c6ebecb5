import { ApiException, CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import path from "node:path";
import { cluster, machineNetwork, ports } from "../settings.ts";
import {
  kubeletUnit,
  type MachineConfig,
  negotiate,
  type PlatformStatus,
  render,
  UnsupportedVersion,
} from "./machine-config.ts";
import { apiInternalUrl, kubeCa, kubeconfig, machineConfigServerCredentials } from "./pki.ts";
import { template } from "./template.ts";

/** OpenShift's Machine Config Server (machine-config-operator, pkg/server): a pool's configuration to whoever asks. */

const config = new KubeConfig();
config.loadFromDefault();
const core = config.makeApiClient(CoreV1Api);
const custom = config.makeApiClient(CustomObjectsApi);

interface Pool {
  readonly status?: { readonly configuration?: { readonly name?: string } };
}

/** The name of the pool's rendered configuration; undefined when there is no such pool. */
async function renderedName(name: string): Promise<string | undefined> {
  try {
    const pool = (await custom.getClusterCustomObject({
      group: "machineconfiguration.openshift.io",
      version: "v1",
      plural: "machineconfigpools",
      name,
    })) as Pool;
    const rendered = pool.status?.configuration?.name;
    if (rendered !== undefined) return rendered;
    // A pool that nobody has rendered (the lab has no machine-config-controller) has what it inherits.
    return name === "worker" ? undefined : await renderedName("worker");
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

async function platformStatus(): Promise<PlatformStatus> {
  const { status } = (await custom.getClusterCustomObject({
    group: "config.openshift.io",
    version: "v1",
    plural: "infrastructures",
    name: "cluster",
  })) as { readonly status: { readonly platformStatus: PlatformStatus } };
  return status.platformStatus;
}

async function bootstrapKubeconfig(ca: Buffer): Promise<string> {
  const secret = await core.readNamespacedSecret({
    namespace: "openshift-machine-config-operator",
    name: "node-bootstrapper-token",
  });
  const token = Buffer.from(secret.data?.["token"] ?? "", "base64").toString();
  if (token === "") throw new Error("the node-bootstrapper account has no token yet");
  return kubeconfig(apiInternalUrl, ca.toString("base64"), { token });
}

async function machineConfig(rendered: string): Promise<MachineConfig> {
  const ca = await readFile(kubeCa.cert);
  const annotations = {
    "machineconfiguration.openshift.io/currentConfig": rendered,
    "machineconfiguration.openshift.io/desiredConfig": rendered,
    "machineconfiguration.openshift.io/state": "Done",
  };
  return {
    files: [
      { path: "/etc/kubernetes/kubeconfig", mode: 0o600, text: await bootstrapKubeconfig(ca) },
      { path: "/etc/kubernetes/ca.crt", mode: 0o644, text: ca.toString() },
      { path: "/etc/kubernetes/kubelet-ca.crt", mode: 0o644, text: ca.toString() },
      {
        path: "/etc/kubernetes/kubelet.conf",
        mode: 0o644,
        text: await template("payload/kubelet.conf", { dnsIp: cluster.dnsIp }),
      },
      {
        path: "/etc/node-sizing.env",
        mode: 0o644,
        text: "SYSTEM_RESERVED_CPU=100m\nSYSTEM_RESERVED_MEMORY=64Mi\nKUBELET_LOG_LEVEL=2\n",
      },
      { path: "/etc/machine-config-daemon/node-annotations.json", mode: 0o644, text: JSON.stringify(annotations) },
    ],
    units: [
      {
        name: "kubelet.service",
        enabled: true,
        contents: kubeletUnit(
          await readFile(path.join(import.meta.dirname, "payload/kubelet.service"), "utf8"),
          await platformStatus(),
        ),
      },
    ],
  };
}

interface Answer {
  readonly status: number;
  readonly body?: string;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const { pathname } = new URL(request.url ?? "/", "https://machine-config-server");
  if (request.method !== "GET" && request.method !== "HEAD") return { status: 405 };
  if (pathname === "/healthz") return { status: 200 };
  if (!pathname.startsWith("/config/")) return { status: 404 };
  const version = negotiate(request.headers.accept);
  const pool = path.basename(pathname);
  const rendered = await renderedName(pool);
  if (!rendered) throw new Error(`machineconfigpools "${pool}" not found`);
  return { status: 200, body: JSON.stringify(render(await machineConfig(rendered), version)) };
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const result = await answer(request).catch((error: unknown): Answer => {
    console.error(String(error));
    return { status: error instanceof UnsupportedVersion ? 400 : 500 };
  });
  const { url, headers, socket } = request;
  const agent = `User-Agent:${headers["user-agent"]} Accept:${headers.accept}`;
  console.log(
    `${new Date().toISOString()} ${request.method} ${url} from ${socket.remoteAddress} ${agent}: ${result.status}`,
  );
  response.statusCode = result.status;
  response.setHeader("Content-Length", Buffer.byteLength(result.body ?? ""));
  if (result.body !== undefined) response.setHeader("Content-Type", "application/json");
  response.end(request.method === "HEAD" ? undefined : result.body);
}

const { cert, key } = machineConfigServerCredentials;
const server = createServer(
  { cert: await readFile(cert), key: await readFile(key), minVersion: "TLSv1.2" },
  (request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  },
);
server.listen(ports.machineConfigServer, machineNetwork.apiVip);
