import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { CloudError } from "./error.ts";

/**
 * Reads clouds.yaml as the OpenStack provider does (gopkg.in/yaml.v2 into the structs of gophercloud/utils
 * clientconfig), which differs from YAML's own rules in what decides about an identity:
 * a scalar is its source text, so that `0123456`, `1e5` and `no` are passwords;
 * `<<` applies where it is written, so that a key above it is overridden, and `auth` is merged key by key.
 */

type Plain = string | boolean | undefined | Plain[] | { [key: string]: Plain };
type Mapping = Record<string, Plain>;

/** Words that YAML 1.1 takes for null. */
const nulls = new Set(["", "~", "null", "Null", "NULL"]);
const truths = /^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const falsehoods = /^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;

/** Keys whose value is a boolean; everywhere else `no` is text. */
const booleans = new Set(["verify", "allow_reauth"]);
/** Keys whose mappings are merged and not replaced where `<<` or a repeated key gives another one. */
const merged = new Set(["clouds", "public-clouds", "auth"]);

const isMapping = (value: Plain): value is Mapping => typeof value === "object" && !Array.isArray(value);

class Reader {
  readonly #resolve: (node: unknown) => unknown;

  constructor(resolve: (node: unknown) => unknown) {
    this.#resolve = resolve;
  }

  fold(map: YAMLMap, into: Mapping): Mapping {
    for (const pair of map.items as Pair<ParsedNode, ParsedNode | null>[]) {
      if (isScalar(pair.key) && isPlain(pair.key) && pair.key.value === "<<") this.#merge(pair.value, into);
      else this.#set(pair, into);
    }
    return into;
  }

  #merge(node: unknown, into: Mapping): void {
    const resolved = this.#resolve(node);
    // of several the first takes precedence
    const sources = isSeq(resolved) ? resolved.items.toReversed() : [resolved];
    for (const source of sources) {
      const map = this.#resolve(source);
      if (!isMap(map)) throw new Error("`<<` needs a mapping");
      this.fold(map, into);
    }
  }

  #set({ key, value }: Pair<ParsedNode, ParsedNode | null>, into: Mapping): void {
    const name = isScalar(key) ? String(key.value) : "";
    const node = this.#resolve(value);
    const base = into[name];
    if (isMap(node)) into[name] = this.fold(node, merged.has(name) && isMapping(base) ? base : {});
    else into[name] = this.#value(node, name);
  }

  #value(node: unknown, key: string): Plain {
    const resolved = this.#resolve(node);
    if (isMap(resolved)) return this.fold(resolved, {});
    if (isSeq(resolved)) return resolved.items.map((item) => this.#value(item, key));
    return isScalar(resolved) ? scalar(resolved, key) : undefined;
  }
}

const isPlain = (node: Scalar): boolean => node.type === "PLAIN" && node.tag === undefined;

function scalar(node: Scalar, key: string): Plain {
  const text = String(node.value);
  if (node.tag?.endsWith("binary") === true) return Buffer.from(text, "base64").toString();
  if (!isPlain(node)) return text;
  if (nulls.has(text)) return undefined;
  if (booleans.has(key) && truths.test(text)) return true;
  if (booleans.has(key) && falsehoods.test(text)) return false;
  return text;
}

/** The first document of a YAML text. Throws a CloudError that names the line but nothing of what is in it. */
export function parseYaml(file: string, text: string): Readonly<Record<string, unknown>> {
  const [document] = parseAllDocuments(text, { schema: "failsafe", version: "1.1", merge: false, uniqueKeys: false });
  if (!document || !("contents" in document)) return {};
  const [error] = document.errors;
  // the message of the library quotes the file, and secrets may be in it
  if (error) throw noYaml(file, `line ${error.linePos?.[0].line ?? 1}: ${error.code}`, error);
  const { contents } = document;
  if (contents === null) return {};
  if (!isMap(contents)) throw noYaml(file, "no mapping");
  const resolve = (node: unknown): unknown => {
    if (!isAlias(node)) return node;
    const found = node.resolve(document);
    // an unquoted password that begins with * reads as an alias: its text is not told
    if (!found) throw new Error("an alias (*) has no anchor (&) before it; quote a value that begins with *");
    return found;
  };
  try {
    return new Reader(resolve).fold(contents, {});
  } catch (cause) {
    // an anchor that contains itself has no end
    const reason = cause instanceof RangeError ? "an anchor contains itself" : (cause as Error).message;
    throw noYaml(file, reason, cause);
  }
}

const noYaml = (file: string, reason: string, cause?: unknown): CloudError =>
  new CloudError({
    problem: `${file} cannot be read as YAML: ${reason}`,
    expected: "YAML with a key `clouds`",
    remedy: "correct the file there",
    cause,
  });
