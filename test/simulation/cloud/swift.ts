import type { World } from "../world/world.ts";
import type { ModelAnswer, ModelRequest } from "../transport/network.ts";
import { type CloudContainer, CloudStore } from "./objects.ts";

/** Containers with objects. One that is not empty cannot be deleted (409). */
export class Swift {
  readonly #containers: CloudStore<"containers">;

  constructor(world: World) {
    this.#containers = new CloudStore(world, "containers");
  }

  handle({ method, url, from, headers: given }: ModelRequest): ModelAnswer {
    const [name = "", object = ""] = url.pathname
      .replace(/^\/objects\//, "")
      .split("/")
      .map(decodeURIComponent);
    const container = this.#containers.get(name);
    if (method === "PUT") return { status: this.#put(name, object, given["x-container-meta-owner"], from), body: "" };
    if (!container) return { status: 404 };
    if (method === "DELETE") {
      return { status: object === "" ? this.#remove(container, from) : this.#take(container, object, from), body: "" };
    }
    const headers = container.owner === undefined ? {} : { "x-container-meta-owner": container.owner };
    if (method === "HEAD") return { status: 204, headers, body: "" };
    return { status: 200, headers, body: container.objects.map((each) => ({ name: each })) };
  }

  #put(name: string, object: string, owner: string | undefined, by: string): number {
    const { objects = [], ...container } = this.#containers.get(name) ?? { name, owner };
    const all = object === "" ? objects : [...new Set([...objects, object])];
    this.#containers.put(name, { ...container, objects: all }, by);
    return 201;
  }

  #remove({ name, objects }: CloudContainer, by: string): number {
    if (objects.length > 0) return 409;
    this.#containers.delete(name, by);
    return 204;
  }

  #take(container: CloudContainer, object: string, by: string): number {
    if (!container.objects.includes(object)) return 404;
    const objects = container.objects.filter((each) => each !== object);
    this.#containers.put(container.name, { ...container, objects }, by);
    return 204;
  }
}
