import type { Scalar } from "yaml";
import { binaryOf, booleanOf, isPlain, nulls, parseGoYaml, YamlError } from "../lib/go-yaml.ts";
import { CloudError } from "./error.ts";

/**
 * Reads clouds.yaml as the OpenStack provider does: gopkg.in/yaml.v2 into the structs of gophercloud/utils clientconfig.
 * A scalar is its source text, so that `0123456`, `1e5` and `no` are passwords.
 */

/** Keys whose value is a boolean; everywhere else `no` is text. */
const booleans = new Set(["verify", "allow_reauth"]);

function scalar(node: Scalar, key: string): unknown {
  const text = String(node.value);
  if (!isPlain(node)) return binaryOf(node) ?? text;
  if (nulls.has(text)) return undefined;
  return (booleans.has(key) ? booleanOf(text) : undefined) ?? text;
}

const types = {
  scalar,
  key: ({ value }: Scalar) => String(value),
  merged: new Set(["clouds", "public-clouds", "auth"]),
};

/** The first document of a YAML text. Throws a CloudError that names the line but nothing of what is in it. */
export function parseYaml(file: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return parseGoYaml(text, types) ?? {};
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    throw new CloudError({
      problem: `${file} cannot be read as YAML: ${cause.message}`,
      expected: "YAML with a key `clouds`",
      remedy: "correct the file there",
      cause,
    });
  }
}
