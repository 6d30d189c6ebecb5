import { readFile } from "node:fs/promises";
import { Agent, fetch } from "undici";
import { parse } from "yaml";
import { z } from "zod";
import { files, openstack } from "../settings.ts";
import type { Port } from "./hosts.ts";

/** The ports of the machine network, asked for as Neutron's administrator. */

const Cloud = z.object({
  cacert: z.string().optional(),
  auth: z.object({
    auth_url: z.string(),
    username: z.string(),
    password: z.string(),
    project_name: z.string().optional(),
    user_domain_name: z.string().optional(),
    user_domain_id: z.string().optional(),
    project_domain_name: z.string().optional(),
    project_domain_id: z.string().optional(),
  }),
});
type Cloud = z.infer<typeof Cloud>;
const Clouds = z.object({ clouds: z.object({ "lab-admin": Cloud }) });

const Token = z.object({
  token: z.object({
    catalog: z.array(
      z.object({ type: z.string(), endpoints: z.array(z.object({ interface: z.string(), url: z.string() })) }),
    ),
  }),
});
const Networks = z.object({ networks: z.array(z.object({ id: z.string() })) });
const Ports = z.object({
  ports: z.array(
    z.object({
      mac_address: z.string(),
      admin_state_up: z.boolean(),
      fixed_ips: z.array(z.object({ ip_address: z.string() })),
    }),
  ),
});

export interface Session {
  readonly neutron: string;
  readonly token: string;
  readonly dispatcher: Agent;
}

function domain(name: string | undefined, id: string | undefined): object {
  return name === undefined ? { id: id ?? "default" } : { name };
}

function authentication({ auth }: Cloud): object {
  const user = {
    name: auth.username,
    password: auth.password,
    domain: domain(auth.user_domain_name, auth.user_domain_id),
  };
  const project = {
    name: auth.project_name ?? "admin",
    domain: domain(auth.project_domain_name, auth.project_domain_id),
  };
  return { auth: { identity: { methods: ["password"], password: { user } }, scope: { project } } };
}

export async function login(): Promise<Session> {
  const cloud = Clouds.parse(parse(await readFile(files.cloudsYaml, "utf8"))).clouds["lab-admin"];
  const dispatcher = new Agent({ connect: cloud.cacert === undefined ? {} : { ca: await readFile(cloud.cacert) } });
  const response = await fetch(`${cloud.auth.auth_url.replace(/\/(v3)?\/?$/, "")}/v3/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(authentication(cloud)),
    dispatcher,
  });
  if (!response.ok) throw new Error(`Keystone: ${response.status} ${await response.text()}`);
  const { token } = Token.parse(await response.json());
  const neutron = token.catalog
    .find(({ type }) => type === "network")
    ?.endpoints.find((endpoint) => endpoint.interface === "public")?.url;
  if (!neutron) throw new Error("Keystone's catalog has no network service");
  return {
    neutron: neutron.replace(/\/(v2\.0)?\/?$/, ""),
    token: response.headers.get("x-subject-token") ?? "",
    dispatcher,
  };
}

async function get(session: Session, path: string): Promise<unknown> {
  const response = await fetch(`${session.neutron}/v2.0/${path}`, {
    headers: { "x-auth-token": session.token },
    dispatcher: session.dispatcher,
  });
  if (!response.ok) throw new Error(`Neutron: GET ${path}: ${response.status}`);
  return response.json();
}

/** Ports that may have an address; undefined while there is no machine network. */
export async function machinePorts(session: Session): Promise<Port[] | undefined> {
  const { networks } = Networks.parse(await get(session, `networks?name=${openstack.network}&fields=id`));
  if (!networks[0]) return undefined;
  const fields = "fields=mac_address&fields=fixed_ips&fields=admin_state_up";
  const { ports } = Ports.parse(await get(session, `ports?network_id=${networks[0].id}&${fields}`));
  return ports.filter((port) => port.admin_state_up);
}
