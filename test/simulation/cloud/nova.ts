import type { Steps } from "../run/steps.ts";
import type { ModelAnswer, ModelRequest } from "../transport/network.ts";
import type { World } from "../world/world.ts";
import { type CloudServer, CloudStore } from "./objects.ts";

/** ms of Nova's and Ironic's work on a machine. */
export interface MachineTimes {
  /** from BUILD to ACTIVE */
  readonly build: number;
  /** from an accepted deletion until the server is gone */
  readonly removal: number;
}

/** What a server is asked for with. */
export type Boot = Pick<CloudServer, "name" | "metadata" | "ports">;

/** Servers on bare metal. A server that is gone frees its ports, and leaves them (nova/network/neutron.py). */
export class Nova {
  readonly #world: World;
  readonly #steps: Steps;
  readonly #times: MachineTimes;
  readonly #servers: CloudStore<"servers">;
  readonly #ports: CloudStore<"ports">;
  #made = 0;

  constructor(world: World, steps: Steps, times: MachineTimes) {
    this.#world = world;
    this.#steps = steps;
    this.#times = times;
    this.#servers = new CloudStore(world, "servers");
    this.#ports = new CloudStore(world, "ports");
  }

  /** POST /servers. */
  boot({ name, metadata, ports }: Boot, by: string): string {
    this.#made += 1;
    const id = `00000000-0000-4000-8000-${String(this.#made).padStart(12, "0")}`;
    const created = this.#world.now();
    this.#servers.put(id, { id, name, metadata, ports, status: "BUILD", task: null, created }, by);
    for (const port of ports) this.#use(port, id);
    this.#steps.later(this.#times.build, `nova: ${id} is built`, () => this.#built(id));
    return id;
  }

  /** DELETE /servers/<id>: false: there is none. A second one changes nothing. */
  remove(id: string, by: string): boolean {
    const server = this.#servers.get(id);
    if (!server) return false;
    if (server.task === "deleting") return true;
    this.#servers.put(id, { ...server, task: "deleting" }, by);
    this.#steps.later(this.#times.removal, `nova: ${id} is gone`, () => this.#gone(id));
    return true;
  }

  handle({ method, url, from, body }: ModelRequest): ModelAnswer {
    if (method === "POST") {
      const id = this.boot((JSON.parse(body) as { server: Boot }).server, from);
      return { status: 202, body: { server: { id } } };
    }
    const id = /^\/compute\/servers\/([^/]+)$/.exec(url.pathname)?.[1] ?? "";
    if (method === "GET" && id === "detail") {
      const name = new RegExp(url.searchParams.get("name") ?? "");
      return { status: 200, body: { servers: this.#servers.all().filter((server) => name.test(server.name)) } };
    }
    if (method === "DELETE") return { status: this.remove(id, from) ? 204 : 404, body: "" };
    const server = this.#servers.get(id);
    return server ? { status: 200, body: { server } } : { status: 404 };
  }

  #built(id: string): void {
    const server = this.#servers.get(id);
    if (server?.task === null) this.#servers.put(id, { ...server, status: "ACTIVE" }, "nova");
  }

  #gone(id: string): void {
    for (const port of this.#servers.get(id)?.ports ?? []) this.#use(port, "");
    this.#servers.delete(id, "nova");
  }

  #use(id: string, server: string): void {
    const port = this.#ports.get(id);
    if (port) this.#ports.put(id, { ...port, device_id: server }, "nova");
  }
}
