/** The contexts of GitHub Actions by their names: github, vars, secrets, matrix, inputs. */
export type Contexts = Readonly<Record<string, unknown>>;

const property = (object: unknown, key: string): unknown =>
  typeof object === "object" && object !== null ? (object as Record<string, unknown>)[key] : undefined;

/**
 * Evaluates what the workflows use of GitHub's expressions, and refuses what they do not: a path, a text, fromJSON, comparisons
 * that all have to hold. A property that does not exist is an empty text, as GitHub has it.
 */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const all = expression.split(" && ");
  if (all.length > 1) return all.every((each) => evaluate(each, contexts) === true);
  const [, left, operator, right] = /^(\S+) (==|!=) (\S+)$/.exec(expression) ?? [];
  if (left !== undefined && right !== undefined)
    return (evaluate(left, contexts) === evaluate(right, contexts)) === (operator === "==");
  const [, literal] = /^'([^']*)'$/.exec(expression) ?? [];
  if (literal !== undefined) return literal;
  const [, json] = /^fromJSON\(([\w.]+)\)$/.exec(expression) ?? [];
  if (json !== undefined) return JSON.parse(String(evaluate(json, contexts)));
  const [context = "", ...keys] = expression.split(".");
  if (!/^\w+(\.[\w-]+)+$/.test(expression) || !(context in contexts))
    throw new Error(`the expression "${expression}" is not known to this runner`);
  return keys.reduce(property, contexts[context]) ?? "";
}

/** A text with its expressions evaluated. */
export const expand = (text: string, contexts: Contexts): string =>
  text.replaceAll(/\$\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) => String(evaluate(expression, contexts)));

export const expandAll = (texts: Readonly<Record<string, string>>, contexts: Contexts): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, expand(text, contexts)]));
