import { show } from "../issues.ts";
import type { Path } from "../paths.ts";
import { duplicates } from "./duplicates.ts";
import { filesystemFindings } from "./filesystems.ts";
import { each, type Finding } from "./finding.ts";
import { luksFindings } from "./luks.ts";
import { pathFindings } from "./paths.ts";
import type { Disk, Partition, Raid, Storage } from "./structure.ts";

const guid = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/i;

function partitionFindings(partition: Partition, path: Path): Finding[] {
  const { label, number = 0, shouldExist, sizeMiB, startMiB } = partition;
  const guids = (["guid", "typeGuid"] as const).flatMap((key): Finding[] => {
    const value = partition[key] ?? "";
    const expected = "a GUID like 01234567-89AB-CDEF-EDCB-A98765432101";
    return guid.test(value) ? [] : [{ path: [...path, key], problem: show(value), expected, remedy: "correct it" }];
  });
  const others =
    [label, startMiB, sizeMiB].some((each) => each !== undefined) ||
    (partition.guid ?? "") !== "" ||
    (partition.typeGuid ?? "") !== "";
  const gone: Finding = {
    path,
    problem: "shouldExist: false together with properties of the partition",
    expected: "number alone",
    remedy: "remove the others",
  };
  const unnamed: Finding = { path, problem: "neither number nor label", expected: "one of the two", remedy: "add one" };
  const badLabel = label !== undefined && (Buffer.byteLength(label) > 36 || label.includes(":"));
  return [
    ...guids,
    ...(shouldExist === false && others ? [gone] : []),
    ...(number === 0 && label === undefined ? [unnamed] : []),
    ...(badLabel
      ? [
          {
            path: [...path, "label"],
            problem: show(label),
            expected: "at most 36 bytes, without a colon",
            remedy: "shorten it",
          },
        ]
      : []),
  ];
}

/** The first and the last MiB of a partition whose place is known. */
function extent({ sizeMiB, startMiB }: Partition): readonly [first: number, last: number] | undefined {
  if (sizeMiB === undefined || startMiB === undefined || startMiB === 0) return undefined;
  return [startMiB, sizeMiB === 0 ? startMiB : startMiB + sizeMiB - 1];
}

function overlaps(partitions: readonly (Partition | undefined)[], path: Path): Finding[] {
  return each(partitions, path, (partition, at) => {
    const own = extent(partition);
    const before = partitions.slice(0, Number(at.at(-1)));
    const other = before.findIndex((each) => {
      const theirs = each && extent(each);
      return own !== undefined && theirs !== undefined && own[0] <= theirs[1] && theirs[0] <= own[1];
    });
    const problem = `overlaps partitions[${other}]`;
    return other < 0
      ? []
      : [{ path: at, problem, expected: "partitions apart", remedy: "correct startMiB or sizeMiB" }];
  });
}

function oneDisk({ device, partitions = [] }: Disk, path: Path): Finding[] {
  const at = [...path, "partitions"];
  const labelled = partitions.map((partition) => (partition?.label === undefined ? undefined : partition));
  const numbered = partitions.map((partition) => ((partition?.number ?? 0) === 0 ? undefined : partition));
  return [
    ...pathFindings(device, [...path, "device"], "the absolute path of a device"),
    ...each(partitions, at, partitionFindings),
    ...duplicates([{ list: numbered, path: at, key: ({ number }) => String(number) }]),
    ...duplicates([{ list: labelled, path: at, key: ({ label }) => label }]),
    ...overlaps(partitions, at),
  ];
}

/** The levels of mdadm, and whether they have spares. */
const levels: ReadonlyMap<string, boolean> = new Map([
  ...["linear", "raid0", "0", "stripe"].map((level) => [level, false] as const),
  ...["raid1", "1", "mirror", "raid4", "4", "raid5", "5", "raid6", "6", "raid10", "10"].map(
    (level) => [level, true] as const,
  ),
]);

function raidFindings({ level = "", devices = [], spares = 0 }: Raid, path: Path): Finding[] {
  const hasSpares = levels.get(level);
  const at = [...path, "devices"];
  const problem = level === "" ? "missing" : show(level);
  return [
    ...(hasSpares === undefined
      ? [
          {
            path: [...path, "level"],
            problem,
            expected: "a RAID level, like raid1",
            remedy: level === "" ? "add it" : "correct it",
          },
        ]
      : []),
    ...(hasSpares === false && spares !== 0
      ? [{ path: [...path, "spares"], problem: String(spares), expected: `none for ${level}`, remedy: "remove it" }]
      : []),
    ...(devices.length === 0
      ? [{ path: at, problem: "missing", expected: "the devices of the array", remedy: "add them" }]
      : []),
    ...each(devices, at, (device, entry) => pathFindings(device, entry, "the absolute path of a device")),
    ...duplicates([{ list: devices, path: at, key: String }]),
  ];
}

/** Findings of disks, RAIDs, LUKS devices and filesystems. */
export function diskFindings({ disks, raid, luks, filesystems }: Storage, minor: number): Finding[] {
  const at = (key: string): Path => ["storage", key];
  return [
    ...each(disks, at("disks"), oneDisk),
    ...duplicates([{ list: disks, path: at("disks"), key: ({ device }) => device }]),
    ...each(raid, at("raid"), raidFindings),
    ...duplicates([{ list: raid, path: at("raid"), key: ({ name }) => name }]),
    ...each(luks, at("luks"), (entry, path) => luksFindings(entry, path, minor)),
    ...duplicates([{ list: luks, path: at("luks"), key: ({ name }) => name }]),
    ...each(filesystems, at("filesystems"), (entry, path) => filesystemFindings(entry, path, disks ?? [], minor)),
    ...duplicates([{ list: filesystems, path: at("filesystems"), key: ({ device }) => device }]),
  ];
}
