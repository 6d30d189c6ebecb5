import type { World } from "../world/world.ts";
import type { ModelAnswer, ModelRequest } from "../transport/network.ts";
import { type CloudPort, CloudStore } from "./objects.ts";

/** What a port is asked for with. */
export type NewPort = Pick<CloudPort, "name" | "description" | "ip">;

/** Ports in the cluster's subnet. */
export class Neutron {
  readonly #ports: CloudStore<"ports">;
  #made = 0;

  constructor(world: World) {
    this.#ports = new CloudStore(world, "ports");
  }

  /** POST /ports. undefined: the address is another port's. */
  create(port: NewPort, by: string): CloudPort | undefined {
    if (this.#ports.all().some(({ ip }) => ip === port.ip)) return undefined;
    this.#made += 1;
    const made = { ...port, id: `port-${this.#made}`, device_id: "" };
    this.#ports.put(made.id, made, by);
    return made;
  }

  /** DELETE /ports/<id>: false: there is none. */
  remove(id: string, by: string): boolean {
    const found = this.#ports.get(id) !== undefined;
    this.#ports.delete(id, by);
    return found;
  }

  handle({ method, url, from, body }: ModelRequest): ModelAnswer {
    if (method === "POST") {
      const port = this.create((JSON.parse(body) as { port: NewPort }).port, from);
      return port ? { status: 201, body: { port } } : { status: 409 };
    }
    const id = /^\/network\/v2\.0\/ports\/([^/]+)$/.exec(url.pathname)?.[1];
    if (id === undefined) {
      const names = url.searchParams.getAll("name");
      return { status: 200, body: { ports: this.#ports.all().filter((port) => names.includes(port.name)) } };
    }
    if (method === "GET") {
      const port = this.#ports.get(id);
      return port ? { status: 200, body: { port } } : { status: 404 };
    }
    return { status: this.remove(id, from) ? 204 : 404, body: "" };
  }
}
