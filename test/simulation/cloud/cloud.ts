import type { Steps } from "../run/steps.ts";
import type { ModelAnswer, ModelRequest, Service } from "../transport/network.ts";
import type { World } from "../world/world.ts";
import { Keystone } from "./keystone.ts";
import { Neutron } from "./neutron.ts";
import { type MachineTimes, Nova } from "./nova.ts";
import { Swift } from "./swift.ts";

/** Below it every process has a name of its own: `plugin-1.cloud.test`. */
export const cloudHost = "cloud.test";

export interface CloudSettings {
  readonly times: MachineTimes;
  /** seconds that a token is good */
  readonly tokenLifetime: number;
}

/** As fast as a lab, and tokens for an hour. */
export const defaultCloud: CloudSettings = { times: { build: 20_000, removal: 8_000 }, tokenLifetime: 3_600 };

/** One OpenStack cloud: as much of Keystone, Nova, Neutron and Swift as the program asks of. */
export class Cloud {
  readonly keystone: Keystone;
  readonly nova: Nova;
  readonly neutron: Neutron;
  readonly swift: Swift;

  constructor(world: World, steps: Steps, { times, tokenLifetime }: CloudSettings = defaultCloud) {
    this.keystone = new Keystone(tokenLifetime);
    this.nova = new Nova(world, steps, times);
    this.neutron = new Neutron(world);
    this.swift = new Swift(world);
  }

  /** What the cloud answers. */
  readonly service: Service = (request) => {
    const { url, headers } = request;
    if (url.pathname === "/v3/auth/tokens") return this.keystone.login(url.origin);
    if (!this.keystone.isValid(headers["x-auth-token"])) return { status: 401 };
    return this.#answer(request);
  };

  #answer(request: ModelRequest): ModelAnswer {
    const { pathname } = request.url;
    if (pathname.startsWith("/compute/")) return this.nova.handle(request);
    if (pathname.startsWith("/network/")) return this.neutron.handle(request);
    if (pathname.startsWith("/objects/")) return this.swift.handle(request);
    throw new Error(`the model's cloud has no ${pathname}`);
  }
}
