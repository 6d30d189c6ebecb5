import { execa } from "execa";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { candidate, unpack } from "../lab/runtime/apt.ts";
import { entry, fill, pinHash } from "../lab/runtime/cache.ts";
import { lastLines } from "../lab/runtime/last-lines.ts";
import { sh } from "../lab/runtime/sh.ts";
import { configOf, type Identity, type Settings } from "./config.ts";

/** What Ceph consists of, for Debian; what these depend on is added. */
const packages = ["radosgw", "ceph-mon", "ceph-osd", "ceph-base", "ceph-common"];

/** Seconds that Ceph's daemons may take to start. */
const startTimeout = 60;

/** Debian's Ceph, unpacked in the cache (60 MB to download, 230 MB on disk). */
async function unpacked(): Promise<string> {
  const root = entry("ceph", await pinHash([], await candidate("radosgw"), ...packages));
  await fill(root, (folder) => unpack(packages, folder));
  return root;
}

/** A port of this machine that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** An account of the object store, and a token of its user. */
export interface Account {
  readonly url: string;
  readonly token: string;
}

/**
 * A real Ceph of one monitor and one OSD, which has everything in memory, with two RADOS gateways: their URLs have the
 * account in them, as Ceph's documentation advises, and have not, as is its default.
 */
export class Ceph {
  readonly #settings: Settings;
  /** how to end each daemon */
  readonly #ends: (() => Promise<unknown>)[] = [];

  private constructor(settings: Settings) {
    this.#settings = settings;
  }

  /**
   * @param address that the gateways listen on
   * @param identity where they learn whose a token is; undefined: the tokens are their own
   */
  static async start(address = "127.0.0.1", identity?: Identity): Promise<Ceph> {
    const folder = await mkdtemp(path.join(tmpdir(), "ceph-"));
    const [monitor, withAccount, withoutAccount] = [await freePort(), await freePort(), await freePort()];
    const root = await unpacked();
    const ceph = new Ceph({ root, folder, address, identity, monitor, withAccount, withoutAccount });
    try {
      await ceph.#start();
    } catch (error) {
      await ceph.stop();
      throw error;
    }
    return ceph;
  }

  async #start(): Promise<void> {
    const { folder, monitor, withAccount, withoutAccount } = this.#settings;
    await Promise.all(["mon", "osd", "run"].map((name) => mkdir(path.join(folder, name))));
    await writeFile(path.join(folder, "ceph.conf"), configOf(this.#settings));
    const map = path.join(folder, "monmap");
    await this.#run("monmaptool", "--create", "--addv", "a", `[v1:127.0.0.1:${monitor}]`, map);
    await this.#run("ceph-mon", "--mkfs", "-i", "a", "--monmap", map);
    this.#daemon("ceph-mon", "-i", "a");
    await this.#run("ceph-osd", "--mkfs", "-i", "0");
    this.#daemon("ceph-osd", "-i", "0");
    // it creates the pools that the gateways need, and ends when these can be written
    await this.#admin("user", "create", "--uid", "project", "--display-name", "project");
    await this.#admin("subuser", "create", "--uid", "project", "--subuser", "project:swift", "--access", "full");
    this.#daemon("radosgw", "-n", "client.with-account");
    this.#daemon("radosgw", "-n", "client.without-account");
    await Promise.all([withAccount, withoutAccount].map((port) => this.#answers(port)));
  }

  /** The account's URL with the account in it, or without. */
  async account(how: "with-account" | "without-account" = "with-account"): Promise<Account> {
    const { address, withAccount, withoutAccount } = this.#settings;
    const port = how === "with-account" ? withAccount : withoutAccount;
    const { swift_keys: keys } = JSON.parse(await this.#admin("user", "info", "--uid", "project")) as {
      readonly swift_keys: readonly { readonly user: string; readonly secret_key: string }[];
    };
    const headers = { "x-auth-user": keys[0]?.user ?? "", "x-auth-key": keys[0]?.secret_key ?? "" };
    const answer = await fetch(`http://${address}:${port}/auth/v1.0`, { headers });
    return { url: answer.headers.get("x-storage-url") ?? "", token: answer.headers.get("x-auth-token") ?? "" };
  }

  /** The URL of all accounts, for a catalog. */
  get url(): string {
    return `http://${this.#settings.address}:${this.#settings.withAccount}/swift/v1/AUTH_%(project_id)s`;
  }

  /** Names of the containers of all accounts. */
  async containers(): Promise<string[]> {
    return JSON.parse(await this.#admin("bucket", "list")) as string[];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#ends.map((end) => end()));
    await rm(this.#settings.folder, { recursive: true });
  }

  get #environment(): Record<string, string> {
    const { root, folder } = this.#settings;
    const libraries = ["usr/lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu/ceph", "lib/x86_64-linux-gnu"];
    return {
      CEPH_CONF: path.join(folder, "ceph.conf"),
      LD_LIBRARY_PATH: libraries.map((each) => path.join(root, each)).join(":"),
    };
  }

  #command(name: string): string {
    return path.join(this.#settings.root, "usr/bin", name);
  }

  #run(name: string, ...args: readonly string[]): Promise<string> {
    return sh(this.#command(name), args, { env: this.#environment, timeout: startTimeout * 1000 });
  }

  #admin(...args: readonly string[]): Promise<string> {
    return this.#run("radosgw-admin", "-n", "client.with-account", ...args);
  }

  /** Ends with this process at the latest. */
  #daemon(name: string, ...args: readonly string[]): void {
    const options = { env: this.#environment, stdio: "ignore", reject: false } as const;
    const daemon = execa(this.#command(name), [...args, "-f"], options);
    this.#ends.push(() => {
      daemon.kill("SIGKILL");
      return daemon;
    });
  }

  async #answers(port: number): Promise<void> {
    const deadline = Date.now() + startTimeout * 1000;
    const isUp = (): Promise<boolean> =>
      fetch(`http://${this.#settings.address}:${port}/swift/info`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isUp())) {
      if (Date.now() > deadline) {
        const log = await readFile(path.join(this.#settings.folder, "log"), "utf8").catch(() => "");
        throw new Error(`the RADOS gateway does not answer after ${startTimeout} s:\n${lastLines(log, 15)}`);
      }
      await sleep(100);
    }
  }
}
