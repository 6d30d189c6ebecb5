import type { ModelAnswer } from "../transport/network.ts";

/** The account's project; ids stay, names may not. */
const project = { id: "project-1", name: "metal" };

const services = { compute: "compute", network: "network", "object-store": "objects" } as const;

/** Tokens that are given out, and for how long they are good. */
export class Keystone {
  readonly #lifetime: number;
  /** token to the ms since the epoch at which it expires */
  readonly #tokens = new Map<string, number>();

  /** @param lifetime seconds of a token */
  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  /** @param base URL under which the caller finds the cloud's services */
  login(base: string): ModelAnswer {
    const token = `token-${this.#tokens.size + 1}`;
    this.#tokens.set(token, Date.now() + this.#lifetime * 1000);
    const catalog = Object.entries(services).map(([type, path]) => ({
      type,
      endpoints: [{ interface: "public", region_id: "region-1", url: `${base}/${path}` }],
    }));
    const body = { token: { catalog, project, user: { id: "user-1" }, roles: [{ name: "member" }] } };
    return { status: 201, headers: { "x-subject-token": token }, body };
  }

  isValid(token: string | undefined): boolean {
    return Date.now() < (this.#tokens.get(token ?? "") ?? -Infinity);
  }

  /** Every token that was given out is refused from now on, as after a restart that lost its keys. */
  revokeAll(): void {
    for (const token of this.#tokens.keys()) this.#tokens.set(token, -Infinity);
  }
}
