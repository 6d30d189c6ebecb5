import { loopback, openstack, ports } from "../settings.ts";
import { keystoneUrl, url } from "./config/common.ts";

/** True when an HTTP server on the loopback port answers with anything but a server's error. */
export async function answers(port: number, path = "/"): Promise<boolean> {
  try {
    const response = await fetch(`http://${loopback}:${port}${path}`, { signal: AbortSignal.timeout(20_000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch (error) {
    // fetch says "fetch failed" (TypeError) when nobody listens yet, TimeoutError when nobody answers.
    if (error instanceof TypeError || (error as Error).name === "TimeoutError") return false;
    throw error;
  }
}

/** A token of the cloud's administrator in the service project, where Ironic shows every machine as well. */
async function adminToken(): Promise<string> {
  const domain = { id: "default" };
  const user = { name: "admin", domain, password: openstack.adminPassword };
  const auth = {
    identity: { methods: ["password"], password: { user } },
    scope: { project: { name: "service", domain } },
  };
  const response = await fetch(`${keystoneUrl}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth }),
  });
  const token = response.headers.get("x-subject-token");
  if (!token) throw new Error(`Keystone answers ${response.status}: ${await response.text()}`);
  return token;
}

let token: Promise<string> | undefined;

/** Reads a resource of a service as the administrator. */
export async function read<T>(port: number, path: string, version: string): Promise<T> {
  token ??= adminToken();
  const headers = { "x-auth-token": await token, "openstack-api-version": version };
  const response = await fetch(`${url(port)}${path}`, { headers });
  if (!response.ok) {
    token = undefined;
    throw new Error(`${url(port)}${path} answers ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as T;
}

export interface ComputeService {
  readonly binary: string;
  readonly state: "up" | "down";
  /** UTC without a zone, or null before the first report */
  readonly updated_at: string | null;
}

export const computeServices = async (): Promise<readonly ComputeService[]> =>
  (await read<{ services: ComputeService[] }>(ports.nova, "/v2.1/os-services", "compute 2.90")).services;

export interface Machine {
  readonly uuid: string;
  readonly name: string;
  readonly provision_state: string;
  readonly instance_uuid: string | null;
}

export const ironicNodes = async (): Promise<readonly Machine[]> =>
  (
    await read<{ nodes: Machine[] }>(
      ports.ironic,
      "/v1/nodes?fields=uuid,name,provision_state,instance_uuid",
      "baremetal 1.80",
    )
  ).nodes;

/** Resource providers that Placement would offer for one machine. */
export async function candidates(resourceClass: string): Promise<ReadonlySet<string>> {
  const answer = await read<{ provider_summaries: Record<string, unknown> }>(
    ports.placement,
    `/allocation_candidates?resources=${resourceClass}:1&limit=500`,
    "placement 1.36",
  );
  return new Set(Object.keys(answer.provider_summaries));
}
