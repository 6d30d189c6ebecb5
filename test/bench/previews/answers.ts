import type { Exchange } from "./recording.ts";

/** What is sent for a request. */
export interface Answer extends Pick<Exchange, "status" | "headers" | "body"> {
  /** it is a watch: nothing happens, until the client ends it */
  readonly open?: boolean;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** JSON */
  readonly request?: unknown;
}

/** Equal requests have equal keys, whatever the order of their queries. */
function keyOf({ method, path, request }: Asked): string {
  const { pathname, searchParams } = new URL(path, "https://any.invalid");
  searchParams.sort();
  return JSON.stringify([method, pathname, searchParams.toString(), request]);
}

/** A list that is given in pages: which parameters of a query ask for one, and how it is cut. */
interface Paged {
  readonly pathname: string;
  /** the parameter that says where a page begins, besides `limit` */
  readonly from: string;
  cut(body: unknown, limit: number, from: string | null): unknown;
}

interface Servers {
  readonly servers: readonly { readonly id: string }[];
}

interface NodeList {
  readonly metadata: object;
  readonly items: readonly unknown[];
}

const paged: readonly Paged[] = [
  {
    // https://docs.openstack.org/api-ref/compute/#list-servers-detailed
    pathname: "/compute/v2.1/servers/detail",
    from: "marker",
    cut(body, limit, marker) {
      const { servers } = body as Servers;
      const start = marker === null ? 0 : servers.findIndex(({ id }) => id === marker) + 1;
      return { servers: servers.slice(start, start + limit) };
    },
  },
  {
    // https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
    pathname: "/api/v1/nodes",
    from: "continue",
    cut(body, limit, token) {
      const { items, metadata, ...list } = body as NodeList;
      const [start, end] = [Number(token ?? 0), Number(token ?? 0) + limit];
      const more = end < items.length ? { continue: String(end), remainingItemCount: items.length - end } : {};
      return { ...list, metadata: { ...metadata, ...more }, items: items.slice(start, end) };
    },
  },
];

/** Whether a request is for what happens to a list of the cluster from now on. */
export const isWatch = (path: string): boolean => new URL(path, "https://any.invalid").searchParams.has("watch");

/** Finds the recorded answer to a request. */
export class Answers {
  readonly #known: ReadonlyMap<string, Exchange>;

  constructor(exchanges: readonly Exchange[]) {
    this.#known = new Map(exchanges.map((exchange) => [keyOf(exchange), exchange]));
  }

  /** undefined: it was not recorded */
  to(asked: Asked): Answer | undefined {
    if (isWatch(asked.path)) return this.#watch(asked);
    const url = new URL(asked.path, "https://any.invalid");
    const list = paged.find(({ pathname }) => pathname === url.pathname);
    const limit = url.searchParams.get("limit");
    if (!list || limit === null) return this.#known.get(keyOf(asked));
    const from = url.searchParams.get(list.from);
    url.searchParams.delete(list.from);
    const whole = this.#known.get(keyOf({ ...asked, path: `${url.pathname}${url.search}` }));
    return whole && { ...whole, body: list.cut(whole.body, Number(limit), from) };
  }

  /** A list that was recorded can be watched. */
  #watch({ method, path }: Asked): Answer | undefined {
    const { pathname } = new URL(path, "https://any.invalid");
    const list = this.#known.get(keyOf({ method, path: pathname }));
    return list && { status: 200, headers: list.headers, open: true };
  }
}
