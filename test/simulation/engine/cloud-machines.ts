import type { Known } from "../../../components/node/resources/resource.ts";
import { owner } from "../../support/node-fixtures.ts";
import { CloudStore } from "../cloud/objects.ts";
import type { World } from "../world/world.ts";
import { portOf, serverOf } from "./declaration.ts";
import type { Life } from "./life.ts";
import type { MachineProvider, MachineResource, Program, State } from "./worker-stack.ts";

/** A server that is not as wanted has the name: the program refuses to make another (components/server/duplicate.ts). */
class DuplicateServer extends Error {}

/** Port and server of a cloud, which the OpenStack provider asks for. The program adopts what is there under name and owner. */
export class CloudMachines implements MachineProvider {
  readonly names = ["Port", "Server"] as const;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  isThere({ openStack }: Life, name: MachineResource, { id }: Known): Promise<boolean> {
    return name === "Server" ? openStack.hasServer(id) : openStack.hasPort(id);
  }

  isAsWanted(name: MachineResource, { inputs }: Known, { image }: Program): boolean {
    return name === "Port" || inputs["image"] === image;
  }

  async create(life: Life, name: MachineResource, state: State, { image }: Program): Promise<Known> {
    if (name === "Port") return { id: await this.#createPort(life), inputs: {}, state: {} };
    const id = await this.#createServer(life, image, state.get("Port")?.id ?? "");
    return { id, inputs: { image }, state: {} };
  }

  async completed({ openStack }: Life, name: MachineResource, known: Known): Promise<Known> {
    if (name === "Port" || typeof known.state["created"] === "string") return known;
    return { ...known, state: { created: await openStack.awaitActive(known.id) } };
  }

  delete({ openStack }: Life, name: MachineResource, { id }: Known): Promise<void> {
    return name === "Server" ? openStack.deleteServer(id) : openStack.deletePort(id);
  }

  /** One of an `up` that was cut off is adopted. */
  async #createPort({ openStack }: Life): Promise<string> {
    const port = portOf();
    const there = new CloudStore(this.#world, "ports").all();
    const own = there.find(({ name, description }) => name === port.name && description === port.description);
    return own?.id ?? openStack.createPort(port);
  }

  async #createServer({ openStack }: Life, image: string, port: string): Promise<string> {
    const server = serverOf(image, port);
    const named = new CloudStore(this.#world, "servers").all().filter(({ name }) => name === server.name);
    const own = named.find(({ metadata }) => metadata["owner"] === owner && metadata["image"] === image);
    const [duplicate] = own ? [] : named;
    if (duplicate) throw new DuplicateServer(`server ${duplicate.id} has the name already`);
    return own?.id ?? openStack.createServer(server);
  }
}
