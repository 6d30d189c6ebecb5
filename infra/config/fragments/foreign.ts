import { isObject } from "../../../components/lib/objects.ts";
import { show } from "../issues.ts";
import type { Finding } from "./finding.ts";

const expected = "an Ignition config, an object with its section ignition";

const plain = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** A config of another format that is pasted by mistake. */
export function foreignFindings(raw: unknown): Finding[] | undefined {
  if (!isObject(raw)) {
    const remedy = typeof raw === "string" ? "write the JSON itself, without quotes around it" : "correct it";
    return [{ path: [], problem: show(raw), expected, remedy }];
  }
  const { apiVersion, ignition, kind, spec, variant, version } = raw;
  if (ignition !== undefined) return undefined;
  const butane = "run butane first, and give its output: butane --strict --raw <file>";
  if (typeof variant === "string" || /^1\.\d+\.\d+/.test(plain(version)))
    return [{ path: [], problem: "this is Butane", expected, remedy: butane }];
  if (kind === "MachineConfig" || (isObject(spec) && isObject(spec["config"])))
    return [{ path: [], problem: "this is a MachineConfig", expected, remedy: "give the content of spec.config" }];
  if (typeof apiVersion === "string" && typeof kind === "string")
    return [{ path: [], problem: `this is a Kubernetes object of kind ${kind}`, expected, remedy: "remove it" }];
  return undefined;
}

const versionText = "an Ignition version of 3.x, like 3.2.0";

function remedyOfVersion(version: unknown): string {
  if (/^[12](\.|$)/.test(plain(version)))
    return "OpenShift has no Ignition 2 since 4.6: write it as Butane, or convert it with ign-converter";
  return typeof version === "number"
    ? `quote it, with all three numbers: "${version}.0"`
    : "correct it, for example 3.2.0";
}

/** The minor version of specification 3 that a config declares, or what is wrong with its declaration. */
export function declaredMinor(
  raw: unknown,
): { minor: number; findings?: never } | { minor?: never; findings: Finding[] } {
  const ignition = isObject(raw) ? (raw["ignition"] ?? undefined) : undefined;
  const add = "add it, for example ignition: { version: 3.2.0 }";
  if (!isObject(ignition)) {
    const problem = ignition === undefined ? "missing" : show(ignition);
    return {
      findings: [{ path: ["ignition"], problem, expected: "an object with the Ignition version", remedy: add }],
    };
  }
  const version = ignition["version"] ?? undefined;
  const path = ["ignition", "version"];
  if (version === undefined)
    return { findings: [{ path, problem: "missing", expected: versionText, remedy: "add it, for example 3.2.0" }] };
  const minor = typeof version === "string" ? /^3\.(0|[1-9]\d*)\.0$/.exec(version)?.[1] : undefined;
  if (minor !== undefined) return { minor: Number(minor) };
  return { findings: [{ path, problem: show(version), expected: versionText, remedy: remedyOfVersion(version) }] };
}
