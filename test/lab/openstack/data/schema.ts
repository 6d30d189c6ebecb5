import { mkdir } from "node:fs/promises";
import { userInfo } from "node:os";
import path from "node:path";
import type { Step } from "../../runtime/step.ts";
import { openstack } from "../../settings.ts";
import { databaseUrl, keystoneUrl } from "../config/common.ts";
import { credentialKeys, fernetKeys } from "../config/keystone.ts";
import { publicIdentity } from "../config/seed.ts";
import { asOwner } from "./database.ts";
import { run } from "../environment.ts";
import { conf, postgresSocket } from "../paths.ts";
import { isStamped, writeStamp } from "./stamps.ts";

const databases = ["keystone", "placement", "glance", "nova_api", "nova", "nova_cell0", "neutron", "ironic"];

const config = (file: string): string[] => ["--config-file", path.join(conf, file)];

async function createDatabases(): Promise<void> {
  // An earlier `up` may have been killed in the middle of its migrations.
  const fresh = databases.flatMap((name) => [
    `drop database if exists ${name} with (force)`,
    `create database ${name}`,
  ]);
  const statements = fresh.flatMap((statement) => ["--command", statement]);
  await run(await asOwner("psql", "--quiet", "--username", "postgres", "--host", postgresSocket, ...statements));
}

async function keystone(): Promise<void> {
  await mkdir(fernetKeys, { recursive: true, mode: 0o700 });
  await mkdir(credentialKeys, { recursive: true, mode: 0o700 });
  const manage = ["keystone-manage", ...config("keystone/keystone.conf")] as const;
  await run([...manage, "db_sync"]);
  const { uid, gid } = userInfo();
  const owner = ["--keystone-user", String(uid), "--keystone-group", String(gid)];
  await run([...manage, "fernet_setup", ...owner]);
  await run([...manage, "credential_setup", ...owner]);
  const urls = ["--bootstrap-public-url", publicIdentity, "--bootstrap-internal-url", keystoneUrl];
  const admin = ["--bootstrap-password", openstack.adminPassword, "--bootstrap-region-id", openstack.region];
  await run([...manage, "bootstrap", ...admin, ...urls]);
}

async function nova(): Promise<void> {
  const manage = ["nova-manage", ...config("nova/nova.conf")] as const;
  await run([...manage, "api_db", "sync"]);
  await run([...manage, "cell_v2", "map_cell0", "--database_connection", databaseUrl("nova_cell0")]);
  await run([...manage, "cell_v2", "create_cell", "--name", "cell1"]);
  await run([...manage, "db", "sync"]);
}

async function neutron(): Promise<void> {
  const files = [...config("neutron/neutron.conf"), ...config("neutron/ml2_conf.ini")];
  await run(["neutron-db-manage", ...files, "upgrade", "heads"]);
}

async function small(): Promise<void> {
  await run(["glance-manage", ...config("glance/glance-api.conf"), "db_sync"]);
  await run(["placement-manage", ...config("placement/placement.conf"), "db", "sync"]);
  await run(["ironic-dbsync", ...config("ironic/ironic.conf"), "upgrade"]);
}

/** Databases, schema migrations and Keystone's first administrator. */
export const schemaStep: Step = {
  name: "schema migrations",
  timeout: 300,
  check: () => Promise.resolve(isStamped("schema")),
  async up() {
    await createDatabases();
    const first = async (): Promise<void> => {
      await keystone();
      await small();
    };
    await Promise.all([nova(), neutron(), first()]);
    await writeStamp("schema");
  },
};
