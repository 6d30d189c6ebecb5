import { abortable } from "../lib/wait.ts";
import { connect, type Connections, disconnect } from "./connections.ts";
import { Credentials, CredentialsError } from "./credentials.ts";
import type { ClusterAccess } from "./kubeconfig.ts";

/**
 * Credentials are looked at again after this time, in ms. client-go reads the file of a token again after a minute less a
 * leeway of ten seconds (transport/token_source.go), and a client certificate's more rarely.
 */
const credentialLifetime = 50_000;

/** The connections to one API server, with credentials that are kept current. */
export class Session {
  readonly #access: ClusterAccess;
  readonly #credentials: Credentials;
  #connected: { connections: Promise<Connections>; until: number } | undefined;
  #renewal: Promise<Connections> | undefined;
  /** ends a helper that runs */
  #closing = new AbortController();

  constructor(access: ClusterAccess) {
    this.#access = access;
    this.#credentials = new Credentials(access);
  }

  /** Ends every request, and a helper that runs. Later ones connect again. */
  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = undefined;
    this.#closing.abort(new Error("the client was closed"));
    this.#closing = new AbortController();
    const connections = await connected?.connections.catch(() => undefined);
    if (connections) await disconnect(connections);
  }

  /**
   * Waits until there are credentials.
   *
   * @throws CredentialsError, also when the signal ends the wait
   */
  async authenticate(signal: AbortSignal): Promise<void> {
    try {
      await abortable(this.connections(), signal);
    } catch (error) {
      throw error instanceof CredentialsError ? error : this.#credentials.failure(error);
    }
  }

  /** Asked for once, however many requests begin at once. */
  connections(): Promise<Connections> {
    const connected = this.#connected;
    return connected && Date.now() < connected.until ? connected.connections : this.#reconnect();
  }

  /** With the credentials as they are now; the pools stay where they serve. */
  #reconnect(): Promise<Connections> {
    const former = this.#connected;
    const connecting = async (): Promise<Connections> => {
      const identity = await this.#credentials.current(this.#closing.signal);
      return connect(this.#access, identity, await former?.connections);
    };
    // a helper that is slow is waited for, and not run beside itself
    const own = { connections: connecting(), until: Infinity };
    this.#connected = own;
    own.connections.then(
      () => (own.until = Date.now() + credentialLifetime),
      () => {
        if (this.#connected === own) this.#connected = former && { ...former, until: 0 };
      },
    );
    return own.connections;
  }

  /** The connections that followed those whose credentials were refused; asked for once by all that were refused. */
  async renew(refused: Connections): Promise<Connections> {
    const current = await this.#connected?.connections.catch(() => undefined);
    if (current !== undefined && current !== refused) return current;
    this.#credentials.expire();
    this.#renewal ??= this.#reconnect().finally(() => (this.#renewal = undefined));
    // the refusal says more than a helper that fails now
    return this.#renewal.catch(() => refused);
  }
}
