import { conflicts } from "./conflicts.ts";
import { duplicates } from "./duplicates.ts";
import { each, type Finding } from "./finding.ts";
import { declaredMinor, foreignFindings } from "./foreign.ts";
import { readStructure } from "./read.ts";
import { ignitionFindings } from "./resources.ts";
import { storageFindings } from "./storage.ts";
import { type IgnitionConfig, latestMinor } from "./structure.ts";
import { systemdFindings } from "./systemd.ts";

/** Findings of the sections that are lists of plain values and of names. */
function listFindings({ kernelArguments, passwd }: IgnitionConfig): Finding[] {
  const users = ["passwd", "users"];
  const listsOfUser = ["groups", "sshAuthorizedKeys"] as const;
  return [
    ...duplicates([
      { list: kernelArguments?.shouldExist, path: ["kernelArguments", "shouldExist"], key: String },
      { list: kernelArguments?.shouldNotExist, path: ["kernelArguments", "shouldNotExist"], key: String },
    ]),
    ...duplicates([{ list: passwd?.users, path: users, key: ({ name }) => name }]),
    ...duplicates([{ list: passwd?.groups, path: ["passwd", "groups"], key: ({ name }) => name }]),
    ...each(passwd?.users, users, (user, path) =>
      listsOfUser.flatMap((key) => duplicates([{ list: user[key], path: [...path, key], key: String }])),
    ),
  ];
}

function contentFindings(raw: unknown, minor: number): Finding[] {
  const { config, findings } = readStructure(raw, minor);
  const checked = [
    ...ignitionFindings(config, minor),
    ...storageFindings(config, minor),
    ...systemdFindings(config),
    ...listFindings(config),
    ...conflicts([config]).map(({ finding }) => finding),
  ];
  // a value of the wrong type is not read, and looks as if it were missing
  const reported = new Set(findings.filter(({ warning }) => !warning).map(({ path }) => path.join("\0")));
  return [...findings, ...checked.filter(({ path }) => !reported.has(path.join("\0")))];
}

function unknownVersion(minor: number): Finding {
  return {
    path: ["ignition", "version"],
    problem: `3.${minor}.0`,
    expected: `at most 3.${latestMinor}.0: this program does not know how to validate a later one`,
    remedy: "validate the fragment with ignition-validate, or lower the version",
    warning: true,
  };
}

/**
 * What is wrong with an Ignition config, by the specification of the version that it declares: what Ignition's own
 * `ignition-validate` says, and mistakes that it cannot see.
 */
export function fragmentFindings(raw: unknown): Finding[] {
  const foreign = foreignFindings(raw);
  if (foreign) return foreign;
  const { minor, findings } = declaredMinor(raw);
  if (findings) return findings;
  return minor > latestMinor ? [unknownVersion(minor)] : contentFindings(raw, minor);
}

/** What is wrong between fragments that are merged; their paths begin with the index of a fragment. */
export function mergedFindings(fragments: readonly unknown[]): Finding[] {
  const configs = fragments.map((raw) => {
    const minor = foreignFindings(raw) ? undefined : declaredMinor(raw).minor;
    return minor === undefined || minor > latestMinor ? {} : readStructure(raw, minor).config;
  });
  return conflicts(configs)
    .filter(({ index, other }) => index !== other)
    .map(({ index, finding }) => ({ ...finding, path: [index, ...finding.path] }));
}
