/** The part of systemd.unit(5), systemd.service(5) and systemd.exec(5) that the machines' services use. */

export interface Service {
  readonly name: string;
  readonly execStartPre: readonly Command[];
  readonly execStart: Command;
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentFiles: readonly { readonly path: string; readonly optional: boolean }[];
  readonly restart: string;
  /** seconds */
  readonly restartSec: number;
  readonly requires: readonly string[];
  /** exists when a service of Type=notify has said that it is ready; systemd leaves keys that begin with X- alone */
  readonly readyPath?: string;
}

export interface Command {
  /** a failure is ignored */
  readonly optional: boolean;
  readonly words: readonly string[];
}

type Entry = readonly [section: string, key: string, value: string];

/** Entries of a unit file in their order, continued lines joined, comments left out. */
function entries(text: string): Entry[] {
  const result: Entry[] = [];
  let section = "";
  const lines = text.split("\n").filter((line) => !/^\s*[#;]/.test(line));
  for (const line of lines
    .join("\n")
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((each) => each.trim())) {
    const header = /^\[(.+)\]$/.exec(line);
    if (header?.[1]) section = header[1];
    const equals = line.indexOf("=");
    if (!header && equals > 0) result.push([section, line.slice(0, equals).trim(), line.slice(equals + 1).trim()]);
  }
  return result;
}

/** Values of a key in the file and its drop-ins; an empty value forgets those before it. */
function list(all: readonly Entry[], section: string, key: string): string[] {
  const values = all.flatMap(([s, k, value]) => (s === section && k === key ? [value] : []));
  return values.slice(values.lastIndexOf("") + 1);
}

/** Splits a line into words; quotes may stand around a whole word, as in `Environment="A=b c"`. */
export function words(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double?.replace(/\\(.)/g, "$1") ?? single?.replace(/\\(.)/g, "$1") ?? bare ?? "",
  );
}

function command(line: string): Command {
  const [, prefix = "", rest = ""] = /^([-@:+!|]*)(.*)$/.exec(line) ?? [];
  return { optional: prefix.includes("-"), words: words(rest) };
}

/** KEY=value pairs of Environment= lines. */
const assignments = (lines: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    lines.flatMap(words).flatMap((word) => {
      const equals = word.indexOf("=");
      return equals > 0 ? [[word.slice(0, equals), word.slice(equals + 1)]] : [];
    }),
  );

/** Variables of an environment file (systemd.exec(5), EnvironmentFile=). */
export function environmentFile(text: string): Record<string, string> {
  const pairs = text.split("\n").flatMap((line): [string, string][] => {
    const match = /^\s*([A-Za-z_]\w*)=(.*)$/.exec(line);
    return match?.[1] ? [[match[1], words(match[2] ?? "").join(" ")]] : [];
  });
  return Object.fromEntries(pairs);
}

/** Seconds of a systemd.time(7) span such as `10`, `10s` or `1min 30s`. */
function seconds(span: string): number {
  const units: Record<string, number> = { ms: 0.001, "": 1, s: 1, sec: 1, m: 60, min: 60, h: 3600 };
  return [...span.matchAll(/(\d+)\s*([a-z]*)/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ""] ?? 1),
    0,
  );
}

/**
 * A service from its unit file and its drop-ins, in their order.
 * @throws Error when there is no ExecStart
 */
export function parseService(name: string, text: string, dropIns: readonly string[] = []): Service {
  const all = [text, ...dropIns].flatMap(entries);
  const execStart = list(all, "Service", "ExecStart").at(-1);
  if (execStart === undefined) throw new Error(`${name} has no ExecStart`);
  const readyPath = list(all, "Service", "X-ReadyPath").at(-1);
  return {
    name,
    ...(readyPath === undefined ? {} : { readyPath }),
    execStartPre: list(all, "Service", "ExecStartPre").map(command),
    execStart: command(execStart),
    environment: assignments(list(all, "Service", "Environment")),
    environmentFiles: list(all, "Service", "EnvironmentFile").map((value) => ({
      path: value.replace(/^-/, ""),
      optional: value.startsWith("-"),
    })),
    restart: list(all, "Service", "Restart").at(-1) ?? "no",
    restartSec: seconds(list(all, "Service", "RestartSec").at(-1) ?? "100ms"),
    requires: [...list(all, "Unit", "Requires"), ...list(all, "Unit", "Wants")].flatMap(words),
  };
}

/** A command's words with `${NAME}` replaced inside them, and `$NAME` alone split into words (systemd.service(5)). */
export function expand(command: Command, environment: Readonly<Record<string, string>>): string[] {
  return command.words.flatMap((word) => {
    const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
    if (alone) return words(environment[alone] ?? "");
    return [word.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => environment[name] ?? "")];
  });
}

/** Whether a preset file, read from its top, enables the unit (systemd.preset(5)). */
export function enabledBy(preset: string, unit: string): boolean {
  for (const line of preset.split("\n")) {
    const [verb, pattern] = line.trim().split(/\s+/);
    if (pattern === unit && (verb === "enable" || verb === "disable")) return verb === "enable";
  }
  return false;
}
