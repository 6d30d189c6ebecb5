import { posix } from "node:path";
import type { Path } from "../paths.ts";
import { diskFindings } from "./disks.ts";
import { duplicates } from "./duplicates.ts";
import { each, type Finding } from "./finding.ts";
import { modeFindings } from "./mode.ts";
import { clean, pathFindings } from "./paths.ts";
import { resourceFindings } from "./resources.ts";
import type { File, IgnitionConfig, Storage, StorageNode } from "./structure.ts";

/** What every file, directory and link has. */
type Node = Pick<StorageNode, "group" | "overwrite" | "path" | "user">;
type Link = NonNullable<NonNullable<Storage["links"]>[number]>;

function nodeFindings({ path: text, user, group }: Node, at: Path): Finding[] {
  const owners = { user, group };
  const expected = "id or name";
  const both = Object.entries(owners).flatMap(([key, owner]): Finding[] => {
    const ambiguous = owner?.id !== undefined && owner.name !== undefined && owner.name !== "";
    return ambiguous
      ? [{ path: [...at, key], problem: "both id and name", expected, remedy: "remove one of the two" }]
      : [];
  });
  return [...pathFindings(text, [...at, "path"], "an absolute path"), ...both];
}

/**
 * Files of the packages that are in every RHCOS image, and in no config that the machine-config operator renders by itself.
 * Ignition fails on a file that exists (internal/exec/stages/files/filesystemEntries.go); OpenShift's documentation of
 * chrony says overwrite for this reason.
 */
const inImage = [
  "/etc/chrony.conf",
  "/etc/hosts",
  "/etc/NetworkManager/NetworkManager.conf",
  "/etc/nsswitch.conf",
  "/etc/profile",
  "/etc/selinux/config",
  "/etc/ssh/sshd_config",
  "/etc/sudoers",
];

function overwriteFindings({ path: text = "", overwrite, contents }: File, at: Path): Finding[] {
  const path = [...at, "overwrite"];
  const source = contents?.source;
  if (overwrite === true && source === undefined)
    return [
      {
        path,
        problem: "true without contents.source",
        expected: "a file with contents",
        remedy: "add contents.source, data:, for an empty file, or remove overwrite",
      },
    ];
  if (overwrite === true || source === undefined || !inImage.includes(text)) return [];
  const expected = "overwrite: true, unless a config before this one has it: Ignition fails on a file that exists";
  const problem = `not true, and RHCOS has ${text}`;
  return [{ path, problem, expected, remedy: "write overwrite: true", warning: true }];
}

function fileFindings(file: File, path: Path, minor: number): Finding[] {
  return [
    ...nodeFindings(file, path),
    ...modeFindings(file.mode, path, minor),
    ...overwriteFindings(file, path),
    ...resourceFindings(file.contents ?? {}, [...path, "contents"], minor),
    ...each(file.append, [...path, "append"], (entry, at) => resourceFindings(entry, at, minor)),
  ];
}

function hardLinkFindings(link: Link, path: Path, { directories = [] }: Storage): Finding[] {
  const target = link.target ?? "";
  if (link.hard !== true || target === "") return [];
  const absolute = target.startsWith("/") ? clean(target) : posix.join(link.path ?? "", target);
  const isDirectory = directories.some((directory) => directory?.path === absolute);
  const expected = "the path of a file: a directory has no hard links";
  const owned = (["user", "group"] as const).flatMap((key) =>
    (["id", "name"] as const)
      .filter((part) => link[key]?.[part] !== undefined)
      .map((part): Finding => ({
        path: [...path, key, part],
        problem: "the owner of a hard link",
        expected: "none: Ignition ignores it",
        remedy: "set it at the file that the link is to",
        warning: true,
      })),
  );
  return isDirectory
    ? [{ path, problem: `a hard link to ${absolute}`, expected, remedy: "make it a link, without hard" }, ...owned]
    : owned;
}

function linkFindings(link: Link, path: Path, storage: Storage, minor: number): Finding[] {
  const missing = minor >= 3 && (link.target ?? "") === "";
  return [
    ...nodeFindings(link, path),
    ...(missing ? [{ path: [...path, "target"], problem: "missing", expected: "a path", remedy: "add it" }] : []),
    ...hardLinkFindings(link, path, storage),
  ];
}

/** Findings of the section `storage`. */
export function storageFindings({ storage = {} }: IgnitionConfig, minor: number): Finding[] {
  const path = ["storage"];
  const key = (node: Node): string | undefined => node.path;
  const { directories, files, links } = storage;
  const directoryFindings = (directory: StorageNode, at: Path): Finding[] => [
    ...nodeFindings(directory, at),
    ...modeFindings(directory.mode, at, minor),
  ];
  return [
    ...each(directories, [...path, "directories"], directoryFindings),
    ...each(files, [...path, "files"], (file, at) => fileFindings(file, at, minor)),
    ...each(links, [...path, "links"], (link, at) => linkFindings(link, at, storage, minor)),
    ...duplicates<Node>([
      { list: directories, path: [...path, "directories"], key },
      { list: files, path: [...path, "files"], key },
      { list: links, path: [...path, "links"], key },
    ]),
    ...diskFindings(storage, minor),
  ];
}
