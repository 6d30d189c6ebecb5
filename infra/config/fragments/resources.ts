import type { Path } from "../paths.ts";
import { show } from "../issues.ts";
import { duplicates } from "./duplicates.ts";
import { each, type Finding } from "./finding.ts";
import { isHttp, shownUrl, sourceFindings } from "./source.ts";
import type { IgnitionConfig, Resource } from "./structure.ts";

/** The hash functions with the length of their sums in hexadecimal digits, and the minor version that brought them. */
const hashes: Readonly<Record<string, { digits: number; from: number }>> = {
  sha512: { digits: 128, from: 0 },
  sha256: { digits: 64, from: 1 },
};

function hashFindings(hash: string | undefined, source: string | undefined, path: Path, minor: number): Finding[] {
  if (hash === undefined) return [];
  const at = [...path, "verification", "hash"];
  const missing: Finding = { path: at, problem: "no source to verify", expected: "a source", remedy: "add the source" };
  const [name = "", sum] = hash.split(/-([^]*)/);
  const known = hashes[name];
  const valid = known !== undefined && known.from <= minor && Buffer.byteLength(sum ?? "") === known.digits;
  const forms = Object.keys(hashes).filter((each) => (hashes[each]?.from ?? 0) <= minor);
  const expected = forms.map((each) => `${each}-<${hashes[each]?.digits} hexadecimal digits>`).join(" or ");
  return [
    ...(valid ? [] : [{ path: at, problem: show(hash), expected, remedy: "correct it" }]),
    ...(source === undefined ? [missing] : []),
  ];
}

function headerFindings({ httpHeaders = [], source }: Resource, path: Path): Finding[] {
  const at = [...path, "httpHeaders"];
  const entries = each(httpHeaders, at, ({ name, value }, entry): Finding[] => [
    ...(name === undefined || name === ""
      ? [{ path: [...entry, "name"], problem: "missing", expected: "the name of a header", remedy: "add it" }]
      : []),
    ...(value === "" ? [{ path: [...entry, "value"], problem: '""', expected: "a value", remedy: "add it" }] : []),
  ]);
  const expected = "a source of scheme http or https";
  const unusable = httpHeaders.length > 0 && !isHttp(source ?? "");
  const problem = source === undefined ? "headers without a source" : `headers for ${shownUrl(source)}`;
  return [
    ...entries,
    ...(unusable ? [{ path: at, problem, expected, remedy: "remove the headers" }] : []),
    ...duplicates([{ list: httpHeaders, path: at, key: ({ name }) => name }]),
  ];
}

/** Findings of a resource: a source with its verification, compression and headers. */
export function resourceFindings(resource: Resource, path: Path, minor: number, required = false): Finding[] {
  const { compression = "", source, verification } = resource;
  const at = [...path, "compression"];
  const packed =
    compression === "" || compression === "gzip"
      ? []
      : [{ path: at, problem: show(compression), expected: "gzip", remedy: "write gzip, or remove it" }];
  return [
    ...packed,
    ...sourceFindings(source, [...path, "source"], minor, required),
    ...hashFindings(verification?.hash, source, path, minor),
    ...headerFindings(resource, path),
  ];
}

function proxyFindings(proxy: { httpProxy?: string | undefined; httpsProxy?: string | undefined }): Finding[] {
  const expected = "a URL of scheme http or https";
  const urls = [proxy.httpProxy, proxy.httpsProxy].map((url, i): Finding[] => {
    const path = ["ignition", "proxy", i === 0 ? "httpProxy" : "httpsProxy"];
    if (url === undefined) return [];
    if (!isHttp(url)) return [{ path, problem: shownUrl(url), expected, remedy: "correct it" }];
    const insecure = i === 1 && /^http:/i.test(url);
    const problem = `${shownUrl(url)}, a plain-text proxy for HTTPS`;
    return insecure
      ? [{ path, problem, expected: "a proxy of scheme https", remedy: "keep it if no other is there", warning: true }]
      : [];
  });
  return urls.flat();
}

/** Findings of the section `ignition`. */
export function ignitionFindings({ ignition }: IgnitionConfig, minor: number): Finding[] {
  const { config, proxy, security } = ignition ?? {};
  const merge = ["ignition", "config", "merge"];
  const authorities = ["ignition", "security", "tls", "certificateAuthorities"];
  const trusted = security?.tls?.certificateAuthorities;
  const key = ({ source }: Resource): string | undefined => source;
  return [
    ...each(config?.merge, merge, (entry, path) => resourceFindings(entry, path, minor, minor >= 1)),
    ...resourceFindings(config?.replace ?? {}, ["ignition", "config", "replace"], minor),
    ...each(trusted, authorities, (entry, path) => resourceFindings(entry, path, minor, true)),
    ...duplicates([{ list: config?.merge, path: merge, key }]),
    ...duplicates([{ list: trusted, path: authorities, key }]),
    ...(proxy ? proxyFindings(proxy) : []),
    ...duplicates([{ list: proxy?.noProxy, path: ["ignition", "proxy", "noProxy"], key: String }]),
  ];
}
