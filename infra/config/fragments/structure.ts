import { z } from "zod";
import type { Lenient } from "../partial-pool.ts";

/**
 * The structure of an Ignition config of any specification 3: config/v3_0 to v3_6 of coreos/ignition. Go's decoder takes an
 * absent key for an empty value, so every key is optional here, and the checks say what is missing.
 */

/** The latest minor version of specification 3 that is described here. */
export const latestMinor = 6;

/** The keys of an object that are not in 3.0, each with the minor version of the specification that brought it. */
export const since = z.registry<Readonly<Record<string, number>>>();

const string = z.string({ error: "text" });
const text = string.optional();
const int = z.int({ error: "a whole number" }).optional();
const flag = z.boolean({ error: "true or false" }).optional();

const object = <S extends z.core.$ZodShape>(shape: S, later: Readonly<Record<string, number>> = {}): z.ZodObject<S> =>
  z.object(shape, { error: "an object" }).register(since, later);

const list = <T extends z.ZodType>(entry: T): z.ZodOptional<z.ZodArray<T>> =>
  z.array(entry, { error: "a list" }).optional();

const texts = list(string);

const resourceShape = {
  compression: text,
  httpHeaders: list(object({ name: text, value: text })),
  source: text,
  verification: object({ hash: text }).optional(),
};

const contents = object(resourceShape, { httpHeaders: 1 });
const reference = object(resourceShape, { compression: 1, httpHeaders: 1 });

const owner = object({ id: int, name: text }).optional();
const node = { group: owner, overwrite: flag, path: text, user: owner };

const directory = object({ ...node, mode: int });
const file = object({ ...node, append: list(contents), contents: contents.optional(), mode: int });
const link = object({ ...node, hard: flag, target: text });

const partition = object(
  {
    guid: text,
    label: text,
    number: int,
    resize: flag,
    shouldExist: flag,
    sizeMiB: int,
    startMiB: int,
    typeGuid: text,
    wipePartitionEntry: flag,
  },
  { resize: 2 },
);

const disk = object({ device: text, partitions: list(partition), wipeTable: flag });

const filesystem = object(
  {
    device: text,
    format: text,
    label: text,
    mountOptions: texts,
    options: texts,
    path: text,
    uuid: text,
    wipeFilesystem: flag,
  },
  { mountOptions: 1 },
);

const raid = object({ devices: texts, level: text, name: text, options: texts, spares: int });

const tang = object({ advertisement: text, thumbprint: text, url: text }, { advertisement: 4 });

const luks = object(
  {
    cex: object({ enabled: flag }).optional(),
    clevis: object({
      custom: object({ config: text, needsNetwork: flag, pin: text }).optional(),
      tang: list(tang),
      threshold: int,
      tpm2: flag,
    }).optional(),
    device: text,
    discard: flag,
    keyFile: contents.optional(),
    label: text,
    name: text,
    openOptions: texts,
    options: texts,
    uuid: text,
    wipeVolume: flag,
  },
  { cex: 5, discard: 4, openOptions: 4 },
);

const storage = object(
  {
    directories: list(directory),
    disks: list(disk),
    files: list(file),
    filesystems: list(filesystem),
    links: list(link),
    luks: list(luks),
    raid: list(raid),
  },
  { luks: 2 },
);

const ignition = object(
  {
    config: object({ merge: list(reference), replace: reference.optional() }).optional(),
    proxy: object({ httpProxy: text, httpsProxy: text, noProxy: texts }).optional(),
    security: object({ tls: object({ certificateAuthorities: list(reference) }).optional() }).optional(),
    timeouts: object({ httpResponseHeaders: int, httpTotal: int }).optional(),
    version: text,
  },
  { proxy: 1 },
);

const group = object({ gid: int, name: text, passwordHash: text, shouldExist: flag, system: flag }, { shouldExist: 2 });

const user = object(
  {
    gecos: text,
    groups: texts,
    homeDir: text,
    name: text,
    noCreateHome: flag,
    noLogInit: flag,
    noUserGroup: flag,
    passwordHash: text,
    primaryGroup: text,
    shell: text,
    shouldExist: flag,
    sshAuthorizedKeys: texts,
    system: flag,
    uid: int,
  },
  { shouldExist: 2 },
);

const unit = object({
  contents: text,
  dropins: list(object({ contents: text, name: text })),
  enabled: flag,
  mask: flag,
  name: text,
});

export const structure = object(
  {
    ignition,
    kernelArguments: object({ shouldExist: texts, shouldNotExist: texts }).optional(),
    passwd: object({ groups: list(group), users: list(user) }).optional(),
    storage: storage.optional(),
    systemd: object({ units: list(unit) }).optional(),
  },
  { kernelArguments: 3 },
);

type Part<T extends z.ZodType> = Lenient<z.output<T>>;

/** A config with its well-typed parts only, so that every check can still be made. */
export type IgnitionConfig = Part<typeof structure>;
export type Resource = Part<typeof contents>;
export type Storage = Part<typeof storage>;
export type StorageNode = Part<typeof directory>;
export type File = Part<typeof file>;
export type Disk = Part<typeof disk>;
export type Partition = Part<typeof partition>;
export type Filesystem = Part<typeof filesystem>;
export type Raid = Part<typeof raid>;
export type Luks = Part<typeof luks>;
export type Tang = Part<typeof tang>;
export type Unit = Part<typeof unit>;
