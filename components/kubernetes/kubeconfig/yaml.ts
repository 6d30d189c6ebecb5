import type { Scalar } from "yaml";
import { binaryOf, booleanOf, nulls, parseGoYaml } from "../../lib/go-yaml.ts";

/**
 * Reads a kubeconfig as kubectl does: gopkg.in/yaml.v2 into values of any type (resolve.go), of which sigs.k8s.io/yaml
 * makes JSON for the types of client-go.
 */

const prefixed = /^[-+]?0(x[0-9a-f]+|o?[0-7]+|b[01]+)$/i;
const decimal = /^[-+]?[0-9]+$/;
const decimalFloat = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i;
const special = /^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/;

/** An integer with a prefix, as Go's strconv.ParseInt and ParseUint take it: of 64 bits at most. */
function prefixedNumber(text: string): number | undefined {
  if (!prefixed.test(text)) return undefined;
  const digits = text.toLowerCase().replace(/^[-+]/, "");
  const size = BigInt(/^0[0-7]/.test(digits) ? digits.replace(/^0/, "0o") : digits);
  const negative = text.startsWith("-");
  const most = negative ? 2n ** 63n : text.startsWith("+") ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  return size <= most ? Number(negative ? -size : size) : undefined;
}

/** The number that a word stands for, undefined if it is text. */
function numberOf(text: string): number | undefined {
  if (special.test(text)) return text.toLowerCase().endsWith("nan") ? NaN : text.startsWith("-") ? -Infinity : Infinity;
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  if (prefixed.test(plain)) return prefixedNumber(plain) ?? (decimal.test(plain) ? Number(plain) : undefined);
  const value = decimalFloat.test(plain) ? Number(plain) : Infinity;
  return Number.isFinite(value) ? value : undefined;
}

function scalar(node: Scalar): unknown {
  const text = String(node.value);
  const binary = binaryOf(node);
  if (binary !== undefined) return binary;
  const resolves = node.tag === undefined ? node.type === "PLAIN" : /:(int|float|bool|null)$/.test(node.tag);
  if (!resolves) return text;
  return nulls.has(text) ? null : (booleanOf(text) ?? numberOf(text) ?? text);
}

const types = { scalar, key: (node: Scalar) => String(scalar(node)), merged: new Set<string>() };

/**
 * The mapping that a kubeconfig is; undefined if it is empty.
 *
 * @throws YamlError, whose message quotes nothing of the text
 */
export const parseKubeYaml = (text: string): unknown => parseGoYaml(text, types);
