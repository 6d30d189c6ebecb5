import type { Path } from "../paths.ts";
import type { Finding } from "./finding.ts";
import type { IgnitionConfig, Unit } from "./structure.ts";

/** A finding between two configs of a list, or within one of them. */
export interface Conflict {
  readonly index: number;
  readonly other: number;
  /** in the config of the index */
  readonly finding: Finding;
}

interface Node {
  readonly kind: "directories" | "files" | "links";
  readonly text: string;
  readonly index: number;
  readonly path: Path;
}

/** The nodes of the merged configs by their paths: a later config replaces a node of another kind. */
function nodesOf(configs: readonly IgnitionConfig[]): ReadonlyMap<string, Node> {
  const nodes = configs.flatMap(({ storage }, index) =>
    (["directories", "files", "links"] as const).flatMap((kind) =>
      (storage?.[kind] ?? []).flatMap((node, i): Node[] => {
        const { path: text = "" } = node ?? {};
        return text === "" ? [] : [{ kind, text, index, path: ["storage", kind, i, "path"] }];
      }),
    ),
  );
  return new Map(nodes.map((node) => [node.text, node]));
}

/** The paths that units with their drop-ins are written to. */
function pathsOf(unit: Unit): string[] {
  const file = `/etc/systemd/system/${unit.name}`;
  const dropins = (unit.dropins ?? []).filter((dropin) => (dropin?.contents ?? "") !== "");
  return [...((unit.contents ?? "") === "" ? [] : [file]), ...dropins.map((dropin) => `${file}.d/${dropin?.name}`)];
}

const pathsOfUnits = (configs: readonly IgnitionConfig[]): ReadonlyMap<string, number> =>
  new Map(
    configs.flatMap(({ systemd }, index) =>
      (systemd?.units ?? []).flatMap((unit) => (unit ? pathsOf(unit) : []).map((text) => [text, index] as const)),
    ),
  );

function throughLink({ text, path, index }: Node, link: Node, where: string): Conflict {
  const problem = `${text} leads through the link ${link.text} of ${where}`;
  const expected = "a path without a link of the fragments";
  const remedy = "write the path that the link leads to";
  return { index, other: link.index, finding: { path, problem, expected, remedy } };
}

function ofUnit({ text, path, index }: Node, other: number, where: string): Conflict {
  const problem = `${text} is a unit or drop-in in systemd.units of ${where}`;
  return { index, other, finding: { path, problem, expected: "each once", remedy: "remove one of the two" } };
}

/** Paths that are taken twice or lead through a link, in the result of the merged configs: Ignition validates it, too. */
export function conflicts(configs: readonly IgnitionConfig[]): Conflict[] {
  const nodes = [...nodesOf(configs).values()];
  const units = pathsOfUnits(configs);
  const links = nodes.filter(({ kind }) => kind === "links");
  return nodes.flatMap((node): Conflict[] => {
    const unit = units.get(node.text);
    const where = (other: number): string => (node.index === other ? "this fragment" : `fragments[${other}]`);
    const through = links.filter((link) => node.text.startsWith(`${link.text}/`));
    return [
      ...through.map((link) => throughLink(node, link, where(link.index))),
      ...(unit === undefined ? [] : [ofUnit(node, unit, where(unit))]),
    ];
  });
}
