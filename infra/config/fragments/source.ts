import { withoutCredentials } from "../../../components/lib/url.ts";
import type { Path } from "../paths.ts";
import type { Finding } from "./finding.ts";

/** The schemes of a source, each with the minor version of the specification that brought it. */
const schemes: Readonly<Record<string, number>> = { data: 0, http: 0, https: 0, tftp: 0, s3: 0, gs: 2, arn: 4 };

const tokenCharacters = "!#$&'*+\\-.^_`{|}~\\w";
/** The token of RFC 2045. */
const token = `[%${tokenCharacters}]`;
/** The value of a parameter, in which `%` begins an escape. */
const value = `(?:[${tokenCharacters}]|%[0-9a-fA-F]{2})`;
const type = `(?:(?:text|image|audio|video|application|message|multipart)${token}*|[xX]-${token}*)`;
/** What follows a backslash in a quoted string, which Go reads (strconv.Unquote). */
const escapes = '[abfnrtv\\\\"]|x[0-9a-fA-F]{2}|[0-3][0-7]{2}|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}';
const quoted = `"(?:[^"\\\\\\u0080-\\uffff]|\\\\(?:${escapes}))*"`;
const dataForm = new RegExp(
  `^data:(?:${type}/${token}*)?(?:;${token}+=(?:${value}+|${quoted}))*(?<base64>;base64)?,(?<data>[^]*)$`,
);

const badEscape = /%(?![0-9a-fA-F]{2})/;

/** What a data URL is not by github.com/vincent-petithory/dataurl, which Ignition reads it with. */
function dataProblem(url: string): string | undefined {
  const { base64, data = "" } = dataForm.exec(url)?.groups ?? {};
  if (data === "" && !dataForm.test(url)) return "data:[<type>][;base64],<data>";
  if (base64 !== undefined)
    return data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data) ? undefined : "padded base64 after the comma";
  const plain = /^[!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]*$/.test(data) && !badEscape.test(data);
  return plain ? undefined : "percent-encoded data after the comma (a space is %20, a line break %0A)";
}

/** The scheme of a URL, in lower case; undefined: it is no URL, by Go's net/url. */
function schemeOf(url: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(url)) return undefined;
  const [, scheme, rest = "", fragment = ""] = /^([a-z][a-z0-9+.-]*):([^#]*)([^]*)$/i.exec(url) ?? [];
  if (scheme === undefined || badEscape.test(fragment)) return undefined;
  if (!rest.startsWith("/")) return scheme.toLowerCase();
  const [, authority = "", path = ""] = /^(?:\/\/([^/?]*))?([^?]*)/.exec(rest) ?? [];
  const [, user = "", host = ""] = /^(?:([^]*)@)?([^@]*)$/.exec(authority) ?? [];
  const isUser = /^[\w\-.~:!$&'()*+,;=%@]*$/.test(user);
  // what stands after the last colon is the port: there may be more colons (GODEBUG urlstrictcolons=0, as Ignition has it)
  const isHost = /^(?:\[[^\]]*\](?::\d*)?|[^\s{}|\\^`%[\]:]*|[^\s{}|\\^`%[\]]*:\d*)$/.test(host);
  return isUser && isHost && !badEscape.test(user) && !badEscape.test(path) ? scheme.toLowerCase() : undefined;
}

const isS3Arn = (url: string): boolean =>
  /^arn:[^:]*:s3:[^:]*:[^:]*:(?:accesspoint\/[^/?#]+\/|(?!accesspoint\/)[^/?#]*\/)/i.test(url);

function hasEmptyVersionId(url: string): boolean {
  const query = /\?([^#]*)/.exec(url.replace(/#[^]*/, ""))?.[1];
  return new URLSearchParams(query).get("versionId") === "";
}

export const isHttp = (url: string): boolean => /^https?$/.test(schemeOf(url) ?? "");

/** A URL for a message: what a data URL holds may be long, or nobody's business. */
export const shownUrl = (url: string): string => {
  if (/^data:/i.test(url)) return `a data URL of ${url.length} characters`;
  const shown = JSON.stringify(withoutCredentials(url));
  return shown.length > 80 ? `${shown.slice(0, 77)}..."` : shown;
};

function sourceProblem(url: string, minor: number): Pick<Finding, "expected" | "remedy"> | undefined {
  const scheme = schemeOf(url);
  const from = scheme === undefined ? undefined : schemes[scheme];
  if (from === undefined || from > minor) {
    const known = Object.keys(schemes).filter((each) => (schemes[each] ?? 0) <= minor);
    const expected = `a URL of scheme ${known.join(", ")} in Ignition 3.${minor}.0`;
    if (from !== undefined) return { expected, remedy: `set the fragment's ignition.version to 3.${from}.0 or later` };
    return { expected, remedy: "correct it; a text itself is written as data:,<percent-encoded text>" };
  }
  const expected = scheme === "data" ? dataProblem(url) : undefined;
  if (expected !== undefined)
    return { expected, remedy: "correct it; printf 'data:;base64,%s' \"$(base64 -w0 <file>)\" writes one of a file" };
  const wrong = (scheme === "arn" && !isS3Arn(url)) || (/^(s3|arn)$/.test(scheme ?? "") && hasEmptyVersionId(url));
  return wrong
    ? { expected: "the URL or ARN of an S3 object, whose versionId is not empty", remedy: "correct it" }
    : undefined;
}

/** Findings of a source; an absent or empty one is an error where one is required. */
export function sourceFindings(url: string | undefined, path: Path, minor: number, required = false): Finding[] {
  if (url === undefined || url === "")
    return required ? [{ path, problem: "missing", expected: "the URL of the content", remedy: "add it" }] : [];
  const found = sourceProblem(url, minor);
  return found ? [{ path, problem: shownUrl(url), ...found }] : [];
}
