import { readFile } from "node:fs/promises";
import path from "node:path";

/**
 * A text file of this folder with each `${name}` replaced.
 * @throws Error naming the file and the name that `values` lacks
 */
export async function template(file: string, values: Readonly<Record<string, string | number>>): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, file), "utf8");
  return text.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file}: no value for ${name}`);
    return String(value);
  });
}
