const binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];

const factors = new Map([
  ...decimal.map((suffix, i) => [suffix, 1000 ** (i - decimal.indexOf(""))] as const),
  ...binary.map((suffix, i) => [suffix, 1024 ** i] as const),
]);

/**
 * The number that a quantity of Kubernetes stands for, as `3500m`, `16Gi` or `1e3`; undefined for a text that is none
 * (kubernetes, apimachinery/pkg/api/resource/quantity.go).
 */
export function parseQuantity(text: string): number | undefined {
  const [, number, suffix = ""] = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = factors.get(suffix);
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
