import {
  type Document,
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
import { isObject } from "./objects.ts";

/**
 * YAML as gopkg.in/yaml.v2 reads it, which kubectl and the OpenStack provider go by. It differs from YAML's own rules:
 * only the first document counts, of a repeated key the last one, and `<<` where it is written, so that a key above it is
 * overridden. What becomes of a scalar is up to the types that the values are read into.
 */

/** A YAML text that cannot be read. The message tells the line but nothing of what is in it: secrets may be. */
export class YamlError extends Error {}

type Mapping = Record<string, unknown>;

/** How the values of a text are read. */
interface Types {
  /** the value of a scalar; the key is that of the mapping around it */
  scalar(node: Scalar, key: string): unknown;
  /** a scalar that is a key */
  key(node: Scalar): string;
  /** keys whose mappings are merged and not replaced where `<<` or a repeated key gives another one */
  readonly merged: ReadonlySet<string>;
}

/** True for a scalar without quotes and without a tag. */
export const isPlain = (node: Scalar): boolean => node.type === "PLAIN" && node.tag === undefined;

/** Words that YAML 1.1 takes for null, and for booleans. */
export const nulls: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const truths = /^(y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const falsehoods = /^(n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;

/** The boolean that a word stands for, undefined if it is none. */
export const booleanOf = (text: string): boolean | undefined =>
  truths.test(text) ? true : falsehoods.test(text) ? false : undefined;

/** The content of `!!binary`, undefined for another scalar. */
export const binaryOf = (node: Scalar): string | undefined =>
  node.tag?.endsWith("binary") === true ? Buffer.from(String(node.value), "base64").toString() : undefined;

class Reader {
  readonly #document: Document;
  readonly #types: Types;

  constructor(document: Document, types: Types) {
    this.#document = document;
    this.#types = types;
  }

  fold(map: YAMLMap, into: Mapping): Mapping {
    for (const pair of map.items as Pair<ParsedNode, ParsedNode | null>[]) {
      if (isScalar(pair.key) && isPlain(pair.key) && pair.key.value === "<<") this.#merge(pair.value, into);
      else this.#set(pair, into);
    }
    return into;
  }

  #resolve(node: unknown): unknown {
    if (!isAlias(node)) return node;
    const found = node.resolve(this.#document);
    // an unquoted password that begins with * reads as an alias: its text is not told
    if (!found) throw new YamlError("an alias (*) has no anchor (&) before it; quote a value that begins with *");
    return found;
  }

  #merge(node: unknown, into: Mapping): void {
    const resolved = this.#resolve(node);
    // of several the first takes precedence
    const sources = isSeq(resolved) ? resolved.items.toReversed() : [resolved];
    for (const source of sources) {
      const map = this.#resolve(source);
      if (!isMap(map)) throw new YamlError("`<<` needs a mapping");
      this.fold(map, into);
    }
  }

  #set({ key, value }: Pair<ParsedNode, ParsedNode | null>, into: Mapping): void {
    const resolvedKey = this.#resolve(key);
    const name = isScalar(resolvedKey) ? this.#types.key(resolvedKey) : "";
    const node = this.#resolve(value);
    const base = into[name];
    if (isMap(node)) into[name] = this.fold(node, this.#types.merged.has(name) && isObject(base) ? base : mapping());
    else into[name] = this.#value(node, name);
  }

  #value(node: unknown, key: string): unknown {
    const resolved = this.#resolve(node);
    if (isMap(resolved)) return this.fold(resolved, mapping());
    if (isSeq(resolved)) return resolved.items.map((item) => this.#value(item, key));
    return isScalar(resolved) ? this.#types.scalar(resolved, key) : undefined;
  }
}

/** Without a prototype: `__proto__` and `constructor` are keys like any other. */
const mapping = (): Mapping => Object.create(null) as Mapping;

/**
 * The mapping that the first document of a YAML text is; undefined if there is nothing in it.
 *
 * @throws YamlError
 */
export function parseGoYaml(text: string, types: Types): Readonly<Mapping> | undefined {
  const [document] = parseAllDocuments(text, { schema: "failsafe", version: "1.1", merge: false, uniqueKeys: false });
  if (!document || !("contents" in document)) return undefined;
  const [error] = document.errors;
  // the message of the library quotes the text
  if (error) throw new YamlError(`line ${error.linePos?.[0].line ?? 1}: ${error.code}`, { cause: error });
  const { contents } = document;
  if (contents === null || (isScalar(contents) && isPlain(contents) && nulls.has(String(contents.value))))
    return undefined;
  if (!isMap(contents)) throw new YamlError("no mapping");
  try {
    return new Reader(document, types).fold(contents, mapping());
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new YamlError("an anchor contains itself", { cause });
  }
}
