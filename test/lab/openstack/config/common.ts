import path from "node:path";
import { loopback, machines, openstack, ports } from "../../settings.ts";
import { data, postgresSocket } from "../paths.ts";
import type { Ini, Section } from "./ini.ts";

export const url = (port: number): string => `http://${loopback}:${port}`;

/** Keystone as the services reach it. */
export const keystoneUrl = `${url(ports.keystone)}/v3`;

export const messageQueue = `rabbit://guest:guest@${loopback}:${ports.rabbit}/`;

export const databaseUrl = (name: string): string => `postgresql+psycopg2://postgres@/${name}?host=${postgresSocket}`;

/**
 * Seconds between two looks of a service at all machines: with fifty, looks every ten seconds alone kept two cores busy. With
 * ten or fewer it is short, so that a test notices soon what has happened to a machine.
 */
export const lookInterval = Math.max(10, machines.length);

/** Credentials of a service user, for a section that keystoneauth reads. */
export const credentials = (user: string): Section => ({
  auth_url: keystoneUrl,
  auth_type: "password",
  username: user,
  password: openstack.servicePassword,
  project_name: "service",
  user_domain_id: "default",
  project_domain_id: "default",
  region_name: openstack.region,
});

/** How a service checks the tokens that it is shown. */
export const authtoken = (user: string): Section => ({
  www_authenticate_uri: keystoneUrl,
  ...credentials(user),
  token_cache_time: 3600,
  service_token_roles_required: false,
});

/** What every service that keeps locks or speaks over the message queue wants. */
export const oslo = (service: string): Ini => ({
  oslo_concurrency: { lock_path: path.join(data, "locks", service) },
  oslo_messaging_rabbit: { heartbeat_in_pthread: false, rabbit_quorum_queue: false },
  oslo_messaging_notifications: { driver: "noop" },
});
