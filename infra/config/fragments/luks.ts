import { show } from "../issues.ts";
import type { Path } from "../paths.ts";
import { duplicates } from "./duplicates.ts";
import { each, type Finding } from "./finding.ts";
import { pathFindings } from "./paths.ts";
import { resourceFindings } from "./resources.ts";
import { isHttp, shownUrl } from "./source.ts";
import type { Luks, Tang } from "./structure.ts";

type Clevis = NonNullable<Luks["clevis"]>;

/** The bytes of a LUKS2 label, without the null at its end. */
const longestLabel = 47;

const pins = ["tpm2", "tang", "sss"];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function tangFindings({ url = "", thumbprint = "", advertisement = "" }: Tang, path: Path): Finding[] {
  const expected = "a URL of scheme http or https";
  return [
    ...(isHttp(url) ? [] : [{ path: [...path, "url"], problem: shownUrl(url), expected, remedy: "correct it" }]),
    ...(thumbprint === ""
      ? [{ path: [...path, "thumbprint"], problem: "missing", expected: "the key's thumbprint", remedy: "add it" }]
      : []),
    ...(advertisement === "" || isJson(advertisement)
      ? []
      : [{ path: [...path, "advertisement"], problem: show(advertisement), expected: "JSON", remedy: "correct it" }]),
  ];
}

function customFindings(custom: NonNullable<Clevis["custom"]>, path: Path, minor: number): Finding[] {
  const { config = "", needsNetwork, pin = "" } = custom;
  if (pin === "" && config === "" && !(needsNetwork === true && minor >= 3)) return [];
  const known = minor >= 6 ? pin !== "" : pins.includes(pin);
  const problem = pin === "" ? "missing" : show(pin);
  return [
    ...(known
      ? []
      : [{ path: [...path, "pin"], problem, expected: `one of ${pins.join(", ")}`, remedy: "correct it" }]),
    ...(config === ""
      ? [{ path: [...path, "config"], problem: "missing", expected: "the configuration of the pin", remedy: "add it" }]
      : []),
  ];
}

function clevisFindings(clevis: Clevis, path: Path, minor: number): Finding[] {
  const { custom, tang, threshold = 0, tpm2 } = clevis;
  const isCustom = minor < 3 ? custom !== undefined : (custom?.pin ?? "") !== "";
  const others = (tang ?? []).length > 0 || tpm2 === true || threshold !== 0;
  const both = { problem: "custom together with tang, tpm2 or threshold", expected: "custom alone" };
  return [
    ...(custom ? customFindings(custom, [...path, "custom"], minor) : []),
    ...(isCustom && others ? [{ path, ...both, remedy: "remove custom or the others" }] : []),
    ...each(tang, [...path, "tang"], tangFindings),
    ...duplicates([{ list: tang, path: [...path, "tang"], key: ({ url }) => url }]),
  ];
}

function cexFindings({ cex, clevis, keyFile }: Luks, path: Path): Finding[] {
  const at = [...path, "cex"];
  const pinned = (clevis?.custom?.pin ?? "") !== "" || (clevis?.tang ?? []).length > 0;
  const isBound = pinned || clevis?.tpm2 === true || (clevis?.threshold ?? 0) !== 0;
  if (cex?.enabled !== true || !(isBound || (keyFile?.source ?? "") !== "")) return [];
  return [
    { path: at, problem: "cex together with clevis or keyFile", expected: "cex alone", remedy: "remove the others" },
  ];
}

/** Findings of a LUKS device. */
export function luksFindings(luks: Luks, path: Path, minor: number): Finding[] {
  const { clevis, device, keyFile, label = "", name = "", openOptions } = luks;
  const expectedLabel = `at most ${longestLabel} bytes`;
  return [
    ...(name.includes("/")
      ? [{ path: [...path, "name"], problem: show(name), expected: "a name without slashes", remedy: "correct it" }]
      : []),
    ...(Buffer.byteLength(label) > longestLabel
      ? [{ path: [...path, "label"], problem: show(label), expected: expectedLabel, remedy: "shorten it" }]
      : []),
    ...pathFindings(device, [...path, "device"], "the absolute path of a device"),
    ...(keyFile ? resourceFindings(keyFile, [...path, "keyFile"], minor) : []),
    ...(clevis ? clevisFindings(clevis, [...path, "clevis"], minor) : []),
    ...cexFindings(luks, path),
    ...duplicates([{ list: openOptions, path: [...path, "openOptions"], key: String }]),
  ];
}
