import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { join } from "../../../component/support/proxy.ts";
import { cluster, machineNetwork, ports } from "../../../lab/settings.ts";
import type { Cleanup } from "../cleanup.ts";
import { writeKubeconfig } from "../cluster/kubeconfig.ts";

/** An address of the API server: what comes in is forwarded to the lab's. */
class Endpoint {
  /** what each client is joined with */
  readonly #joined = new Map<Socket, Socket>();
  readonly #server: Server;
  /** connections that were made */
  connections = 0;

  constructor() {
    this.#server = createServer((client) => {
      this.connections += 1;
      const upstream = connect(ports.apiserver, machineNetwork.apiVip);
      this.#joined.set(client, upstream);
      client.on("close", () => this.#joined.delete(client));
      join(client, upstream);
    });
  }

  async listen(address: string, port: number): Promise<number> {
    await once(this.#server.listen(port, address), "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** @returns how many connections there were until now */
  reset(): number {
    const clients = [...this.#joined.keys()];
    this.#server.close();
    for (const client of clients) client.resetAndDestroy();
    return clients.length;
  }

  /** Nothing more is let in; what is connected gets no more bytes, and learns of no end. */
  silence(): number {
    this.#server.close();
    for (const [client, upstream] of this.#joined) {
      upstream.unpipe(client).removeAllListeners("close").destroy();
      client.unpipe(upstream).pause();
    }
    return this.#joined.size;
  }
}

/** Where the name leads, one after the other. Loopback has all addresses of 127.0.0.0/8. */
const addresses = ["127.0.0.51", "127.0.0.52", "127.0.0.53"];

/**
 * A name of the API server whose address changes, as in DNS: for whoever runs in a mount namespace with a hosts file of its
 * own, which the C library reads at each look-up.
 */
export class MovingEndpoint {
  readonly #hosts: string;
  readonly #others: string;
  readonly #opened: Endpoint[] = [];
  readonly #waiting = [...addresses];
  /** the same at each address */
  #port = 0;

  private constructor(hosts: string, others: string) {
    this.#hosts = hosts;
    this.#others = others;
  }

  static async start(cleanup: Cleanup): Promise<MovingEndpoint> {
    const hosts = path.join(await cleanup.folder("moving-endpoint"), "hosts");
    const endpoint = new MovingEndpoint(hosts, await readFile("/etc/hosts", "utf8"));
    cleanup.push(() => endpoint.#opened.forEach((each) => each.reset()));
    await endpoint.#open();
    return endpoint;
  }

  /** Enters the mount namespace; a command is appended. */
  get through(): readonly string[] {
    return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', this.#hosts];
  }

  /** The environment that names a kubeconfig by the name of the API server. */
  kubeconfig(folder: string): Promise<Record<string, string>> {
    const server = `https://${cluster.apiInternal}:${this.#port}`;
    return writeKubeconfig(path.join(folder, "kubeconfig"), (entry) => (entry["server"] = server));
  }

  /**
   * The API server is at the next address from now on.
   *
   * @param how what becomes of the connections to the former one: reset, as by a load balancer that ends; or silent, as when
   *   a virtual address moves to another host without a word
   * @returns how many connections that were
   */
  async move(how: "reset" | "silent"): Promise<number> {
    const former = this.#current;
    await this.#open();
    return how === "reset" ? former.reset() : former.silence();
  }

  /** Connections to the address of now. */
  get connections(): number {
    return this.#current.connections;
  }

  get #current(): Endpoint {
    const last = this.#opened.at(-1);
    if (!last) throw new Error("the endpoint is not started");
    return last;
  }

  async #open(): Promise<void> {
    const address = this.#waiting.shift();
    if (address === undefined) throw new Error("no address is left to move to");
    const endpoint = new Endpoint();
    this.#port = await endpoint.listen(address, this.#port);
    this.#opened.push(endpoint);
    // in place: what is mounted is this file, and not another of its name
    await writeFile(this.#hosts, `${this.#others}\n${address} ${cluster.apiInternal}\n`);
  }
}
