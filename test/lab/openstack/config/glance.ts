import path from "node:path";
import { loopback, ports } from "../../settings.ts";
import { data } from "../paths.ts";
import { authtoken, databaseUrl, oslo } from "./common.ts";
import type { Ini } from "./ini.ts";

export const glanceFolders = ["images", "staging", "tasks"].map((name) => path.join(data, "glance", name));

export const glance = (venv: string): Ini => ({
  DEFAULT: {
    enabled_backends: "fs:file",
    use_keystone_limits: false,
    workers: 1,
    bind_host: loopback,
    bind_port: ports.glance,
  },
  database: { connection: databaseUrl("glance") },
  glance_store: { default_backend: "fs" },
  fs: { filesystem_store_datadir: path.join(data, "glance/images") },
  os_glance_staging_store: { filesystem_store_datadir: path.join(data, "glance/staging") },
  os_glance_tasks_store: { filesystem_store_datadir: path.join(data, "glance/tasks") },
  paste_deploy: { flavor: "keystone", config_file: path.join(venv, "etc/glance/glance-api-paste.ini") },
  keystone_authtoken: authtoken("glance"),
  ...oslo("glance"),
});
