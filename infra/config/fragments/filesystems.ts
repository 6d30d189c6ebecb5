import { show } from "../issues.ts";
import type { Path } from "../paths.ts";
import type { Finding } from "./finding.ts";
import { pathFindings } from "./paths.ts";
import type { Disk, Filesystem } from "./structure.ts";

/** The formats with the longest label of each in bytes, as Ignition has them from the manual pages of mkfs. */
const formats: ReadonlyMap<string, number> = new Map([
  ["ext4", 16],
  ["btrfs", 256],
  ["xfs", 12],
  ["swap", 15],
  ["vfat", 11],
  ["none", Infinity],
]);

function formatFindings(filesystem: Filesystem, at: Path, minor: number): Finding[] {
  const { format = "", label = "", mountOptions = [], options = [], path = "", uuid = "", wipeFilesystem } = filesystem;
  const known = [...formats.keys()].filter((each) => each !== "none" || minor >= 3);
  const others = [label, path, uuid].some((each) => each !== "") || mountOptions.length > 0 || options.length > 0;
  const expected = `one of ${known.join(", ")}`;
  if (format === "" && (others || wipeFilesystem === true))
    return [{ path: [...at, "format"], problem: "missing", expected, remedy: "add it" }];
  if (format !== "" && !known.includes(format))
    return [{ path: [...at, "format"], problem: show(format), expected, remedy: "correct it" }];
  const longest = formats.get(format) ?? Infinity;
  if (Buffer.byteLength(label) <= longest) return [];
  const problem = show(label);
  return [
    { path: [...at, "label"], problem, expected: `at most ${longest} bytes for ${format}`, remedy: "shorten it" },
  ];
}

/** Warnings of a filesystem on a device that is also partitioned or wiped as a disk. */
function wipes({ device, wipeFilesystem }: Filesystem, at: Path, disks: readonly (Disk | undefined)[]): Finding[] {
  const disk = disks.findLast((each) => each?.device === device);
  if (!disk || device === undefined) return [];
  const path = [...at, "device"];
  if ((disk.partitions ?? []).length > 0)
    return [
      {
        path,
        problem: `${device} has partitions in storage.disks, which the filesystem overwrites`,
        expected: "the device of a partition, like /dev/disk/by-partlabel/<label>",
        remedy: "correct it",
        warning: true,
      },
    ];
  if (wipeFilesystem === true || disk.wipeTable !== true) return [];
  return [
    {
      path,
      problem: `${device} is wiped, because storage.disks says wipeTable`,
      expected: "wipeFilesystem: true to say that it is meant",
      remedy: "add it, or remove wipeTable",
      warning: true,
    },
  ];
}

/** Findings of a filesystem. */
export function filesystemFindings(
  filesystem: Filesystem,
  at: Path,
  disks: readonly (Disk | undefined)[],
  minor: number,
): Finding[] {
  const { path = "" } = filesystem;
  return [
    ...pathFindings(filesystem.device, [...at, "device"], "the absolute path of a device"),
    ...(path === "" ? [] : pathFindings(path, [...at, "path"], "an absolute path")),
    ...formatFindings(filesystem, at, minor),
    ...wipes(filesystem, at, disks),
  ];
}
