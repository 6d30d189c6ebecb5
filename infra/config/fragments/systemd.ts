import { show } from "../issues.ts";
import type { Path } from "../paths.ts";
import { duplicates } from "./duplicates.ts";
import { each, type Finding } from "./finding.ts";
import type { IgnitionConfig, Unit } from "./structure.ts";
import { parseUnit } from "./unit-text.ts";

const suffixes = [
  ...["service", "socket", "device", "mount", "automount", "swap"],
  ...["target", "path", "timer", "snapshot", "slice", "scope"],
];

const suffixOf = (name: string): string => /\.([^./]*)$/.exec(name)?.[1] ?? "";

function nameFindings(name: string, path: Path, valid: readonly string[], example: string): Finding[] {
  if (valid.includes(suffixOf(name))) return [];
  const expected = `a name that ends in ${valid.map((suffix) => `.${suffix}`).join(", ")}`;
  const problem = name === "" ? "missing" : show(name);
  return [{ path: [...path, "name"], problem, expected, remedy: `write it like ${example}` }];
}

function textFindings(text: string | undefined, path: Path): Finding[] {
  const { problem } = parseUnit(text ?? "");
  if (problem === undefined) return [];
  return [
    { path: [...path, "contents"], problem, expected: "a systemd unit: [Section], Name=value", remedy: "correct it" },
  ];
}

const installs = (text: string): boolean => {
  const { sections, problem } = parseUnit(text);
  return problem !== undefined || sections.includes("Install");
};

/** Warnings of a unit that systemd cannot enable, because neither it nor its template says by which target. */
function installFindings(unit: Unit, path: Path, units: readonly (Unit | undefined)[]): Finding[] {
  const { contents = "", enabled, name = "" } = unit;
  if (enabled !== true) return [];
  const [, prefix] = /^(.+?)@(?:.+?)\.service$/.exec(name) ?? [];
  const template = prefix === undefined ? undefined : units.findLast((each) => each?.name === `${prefix}@.service`);
  const texts = [
    { name, text: contents },
    { name: template?.name ?? "", text: template?.contents ?? "" },
  ];
  return texts
    .filter(({ text }) => text !== "" && !installs(text))
    .map(({ name: of }) => ({
      path: [...path, "contents"],
      problem: `enabled, but ${of} has no section [Install]`,
      expected: "a section [Install]: without it systemd enables nothing",
      remedy: "add [Install] with WantedBy=multi-user.target",
      warning: true,
    }));
}

function unitFindings(unit: Unit, path: Path, units: readonly (Unit | undefined)[]): Finding[] {
  const dropins = [...path, "dropins"];
  return [
    ...nameFindings(unit.name ?? "", path, suffixes, "example.service"),
    ...textFindings(unit.contents, path),
    ...installFindings(unit, path, units),
    ...each(unit.dropins, dropins, ({ contents, name = "" }, at) => [
      ...nameFindings(name, at, ["conf"], "10-example.conf"),
      ...textFindings(contents, at),
    ]),
    ...duplicates([{ list: unit.dropins, path: dropins, key: ({ name }) => name }]),
  ];
}

/** Findings of the section `systemd`. */
export function systemdFindings({ systemd }: IgnitionConfig): Finding[] {
  const path = ["systemd", "units"];
  const units = systemd?.units ?? [];
  return [
    ...each(units, path, (unit, at) => unitFindings(unit, at, units)),
    ...duplicates([{ list: units, path, key: ({ name }) => name }]),
  ];
}
