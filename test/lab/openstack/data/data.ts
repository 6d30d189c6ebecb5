import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { entry, fill, pinHash } from "../../runtime/cache.ts";
import { sh } from "../../runtime/sh.ts";
import type { Step } from "../../runtime/step.ts";
import { glanceFolders } from "../config/glance.ts";
import { bmcState } from "../config/infrastructure.ts";
import { espImage, ironicFolders } from "../config/ironic.ts";
import { swiftDevice } from "../config/swift.ts";
import { configuration } from "../configuration.ts";
import { asOwner, own, postgresPrograms } from "./database.ts";
import { run } from "../environment.ts";
import { data, postgresData, postgresSocket, temporary } from "../paths.ts";
import { pythonStep } from "../python.ts";
import { stopCloud } from "../services.ts";
import { isStamped, writeStamp, stampsFolder } from "./stamps.ts";

/** Present only when the data is whole; says what the data was made by. */
const keyFile = path.join(data, "key");

/** Hash of everything that decides what a fresh cloud's data is. */
async function key(): Promise<string> {
  const sources = ["data.ts", "schema.ts", "hosts.ts", "../launchers/seed.py", "../plugins/lab_openstack/hardware.py"];
  const files = sources.map((name) => path.join(import.meta.dirname, name));
  return await pinHash(files, JSON.stringify(await configuration()), await postgresPrograms(), data);
}

const archiveFolder = async (): Promise<string> => entry("cloud-data", await key());
const archiveName = "data.tar.gz";

/** Folders of the data that the archive holds beside PostgreSQL's. RabbitMQ keeps nothing worth it. */
const kept = ["key", "stamps", "keystone", "glance", "ironic", "nova", "neutron", "swift", "bmc"];

async function create(folders: readonly string[]): Promise<void> {
  for (const folder of folders) await mkdir(folder, { recursive: true, mode: 0o711 });
}

async function restore(archive: string): Promise<void> {
  const half = `${data}.tmp`;
  await rm(half, { recursive: true, force: true });
  await create([half]);
  await sh("tar", ["--extract", "--gzip", "--same-owner", "--file", archive, "--directory", half]);
  await rename(half, data);
}

async function makeFresh(): Promise<void> {
  const services = ["nova", "neutron", "locks"].map((name) => path.join(data, name));
  await create([data, temporary, bmcState, swiftDevice, stampsFolder, ...services, ...glanceFolders, ...ironicFolders]);
  await writeFile(espImage, new Uint8Array(1 << 20));
  await own(postgresData);
  const options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
  await run(await asOwner("initdb", "-D", postgresData, ...options));
}

/** The cloud's data: restored from the snapshot of a fresh cloud, or an empty database for the next steps to fill. */
export const dataStep: Step = {
  name: "cloud data",
  timeout: 120,
  async check() {
    return existsSync(keyFile) && (await pythonStep.check()) && (await readFile(keyFile, "utf8")) === (await key());
  },
  async up(report) {
    await stopCloud();
    await removeData();
    const archive = path.join(await archiveFolder(), archiveName);
    if (existsSync(archive)) {
      report("restoring the snapshot");
      await restore(archive);
    } else await makeFresh();
    await create([temporary]);
    await writeFile(keyFile, await key());
  },
  down: removeData,
};

/** The key goes first: what is left of a removal that was killed is not taken for data. */
async function removeData(): Promise<void> {
  await rm(keyFile, { force: true });
  await rm(data, { recursive: true, force: true });
}

/** Taken while the cloud runs but nobody uses it yet; pg_basebackup makes the copy of the databases consistent. */
async function takeSnapshot(folder: string): Promise<void> {
  const backup = path.join(data, "backup");
  await rm(backup, { recursive: true, force: true });
  await own(backup);
  const copy = path.join(backup, path.basename(postgresData));
  const options = ["--host", postgresSocket, "--username", "postgres", "--checkpoint=fast", "--no-sync"];
  await run(await asOwner("pg_basebackup", ...options, "--wal-method=fetch", "--pgdata", copy));
  const members = ["--directory", data, ...kept, "--directory", backup, path.basename(postgresData)];
  await sh("tar", ["--create", "--use-compress-program=gzip -1", "--file", path.join(folder, archiveName), ...members]);
  await rm(backup, { recursive: true });
}

export const snapshotStep: Step = {
  name: "snapshot of the fresh cloud",
  timeout: 120,
  check: () => Promise.resolve(isStamped("snapshot")),
  async up() {
    // First, since it is part of the snapshot, and since an attempt that was killed must not be repeated on data that
    // somebody may have used by then.
    await writeStamp("snapshot");
    await fill(await archiveFolder(), takeSnapshot);
  },
};
