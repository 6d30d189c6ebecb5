/** Of Nova, Neutron and Ironic, unless the cloud sets a smaller one. */
const pageSize = "1000";

/** Keys and values of a query; a key may be there more than once. */
type Pairs = readonly (readonly [string, string])[];

export const queryOf = (...pairs: Pairs): string =>
  new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, value])).toString();

/** All pages of a list, until one is empty: a service may give fewer than it is asked for. */
export async function readPages<T extends { readonly id: string }>(
  page: (query: Pairs) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (;;) {
    const last = found.at(-1);
    const items = await page([["limit", pageSize], ...(last ? [["marker", last.id] as const] : [])]);
    found.push(...items);
    if (items.length === 0) return found;
  }
}
