import path from "node:path";
import { loopback, machines, ports } from "../../settings.ts";
import { data } from "../paths.ts";
import { authtoken, credentials, databaseUrl, lookInterval, messageQueue, oslo, url } from "./common.ts";
import type { Ini } from "./ini.ts";

/** A compute service, and the shard of Ironic's machines that it offers. */
export interface Rack {
  readonly host: string;
  readonly shard: string;
}

export const racks = {
  first: { host: "lab", shard: "rack-a" },
  /** without machines and without a running service, until a test wants a second zone */
  second: { host: "lab-b", shard: "rack-b" },
} as const satisfies Record<string, Rack>;

/** nova-compute must not see the databases: it refuses to start with their connections configured. */
export const novaCompute = (venv: string, { host, shard }: Rack): Ini => ({
  DEFAULT: {
    host,
    my_ip: loopback,
    state_path: path.join(data, "nova"),
    transport_url: messageQueue,
    compute_driver: "ironic.IronicDriver",
    enabled_apis: "osapi_compute",
    osapi_compute_workers: 1,
    update_resources_interval: lookInterval,
    sync_power_state_interval: -1,
    heal_instance_info_cache_interval: -1,
    max_concurrent_builds: 20,
    reserved_host_memory_mb: 0,
    service_down_time: 60,
    report_interval: 5,
    rpc_response_timeout: 120,
  },
  api: { auth_strategy: "keystone" },
  cache: { enabled: true, backend: "dogpile.cache.memory" },
  conductor: { workers: 1 },
  scheduler: { workers: 1, discover_hosts_in_cells_interval: 30 },
  filter_scheduler: { track_instance_changes: false, enabled_filters: "ComputeFilter,ComputeCapabilitiesFilter" },
  quota: { instances: 1000, cores: 10000, ram: 100000000 },
  glance: { ...credentials("glance"), endpoint_override: url(ports.glance) },
  neutron: credentials("neutron"),
  placement: credentials("placement"),
  service_user: { ...credentials("nova"), send_service_user_token: true },
  ironic: {
    ...credentials("ironic"),
    api_max_retries: 60,
    // seconds between two looks at a machine that is being built
    api_retry_interval: Math.max(1, Math.round(machines.length / 20)),
    serial_console_state_timeout: 0,
    shard,
  },
  vnc: { enabled: false },
  wsgi: { api_paste_config: path.join(venv, "etc/nova/api-paste.ini") },
  keystone_authtoken: authtoken("nova"),
  ...oslo("nova"),
});

export const nova = (venv: string): Ini => ({
  ...novaCompute(venv, racks.first),
  api_database: { connection: databaseUrl("nova_api") },
  database: { connection: databaseUrl("nova") },
});
