import { readFileSync } from "node:fs";
import { readProblem, reasonOf } from "../lib/errors.ts";
import { shownPath } from "../lib/shown-path.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import { type HelperCredentials, runHelper } from "./kubeconfig/exec-helper.ts";
import type { KubeExec, KubeUser } from "./kubeconfig/file.ts";
import { isGiven, isPair, pemOf } from "./kubeconfig/rules.ts";

/** There are no credentials to send a request with: nothing was asked of the API server. */
export class CredentialsError extends Error {}

/** What a request says of who sends it. */
export interface Identity {
  readonly headers: Record<string, string | string[]>;
  /** client certificate and key, PEM */
  readonly cert?: string;
  readonly key?: string;
}

/** Bytes that a header's name may hold, `%` excepted (client-go, transport/round_trippers.go, headerKeyEscape). */
const legal = /[!#$&'*+\-.^_`|~0-9A-Za-z]/;

function escapeHeaderName(name: string): string {
  const escape = (byte: number): string => {
    const char = String.fromCharCode(byte);
    return legal.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  };
  return [...Buffer.from(name)].map(escape).join("");
}

/** Go sends UTF-8; undici sends each character as one byte. */
const headerValue = (value: string): string => Buffer.from(value).toString("latin1");

function impersonate({ impersonation: { user, uid, groups, extra } }: KubeUser): Identity["headers"] {
  if (user === "") return {};
  const extras = Object.entries(extra).map(([key, values]) => [
    `Impersonate-Extra-${escapeHeaderName(key)}`,
    values.map(headerValue),
  ]);
  return {
    "Impersonate-User": headerValue(user),
    ...(uid !== "" && { "Impersonate-Uid": headerValue(uid) }),
    ...(groups.length > 0 && { "Impersonate-Group": groups.map(headerValue) }),
    ...(Object.fromEntries(extras) as Identity["headers"]),
  };
}

/** A helper is not asked beside them (client-go, plugin/pkg/client/auth/exec, UpdateTransportConfig). */
const hasOwnCredentials = ({ token, tokenFile, username, password, certificate }: KubeUser): boolean =>
  isGiven(certificate) || [token, tokenFile, username, password].some((value) => value !== "");

/** Which credentials the API server has refused, and what to do about them: in the order of {@link Credentials}. */
export function refusedCredentials(user: KubeUser): string {
  const { name, token, tokenFile, username, password, certificate, exec } = user;
  const expired = "that has expired, was revoked, or was never valid";
  const [kind, remedy] =
    username !== "" || password !== ""
      ? ["a user name and a password that are not valid", "correct them there"]
      : tokenFile !== ""
        ? [`a token in its tokenFile ${shownPath(tokenFile)} ${expired}`, "have it renewed"]
        : token !== ""
          ? [`a token ${expired}`, "put a new one there, as `oc login` does"]
          : isGiven(certificate)
            ? [`a client certificate ${expired}`, "put a new one there"]
            : exec !== undefined
              ? [`credentials from its helper ${exec.command} that are not valid`, "log in to it again"]
              : ["no credentials", "put some there, as `oc login` does"];
  return `the kubeconfig's user "${name}" has ${kind}: ${remedy}`;
}

/** The credentials of a kubeconfig's user, in the order in which kubectl takes them. */
export class Credentials {
  readonly #access: ClusterAccess;
  /** the last that the file of the token had */
  #token: string | undefined;
  #pair: { cert: string; key: string } | undefined;
  #helper: HelperCredentials | undefined;

  constructor(access: ClusterAccess) {
    this.#access = access;
  }

  /**
   * The identity as it is now: files are read again, a helper runs again when what it gave has expired.
   *
   * @param signal ends a helper that runs
   * @throws CredentialsError
   */
  async current(signal: AbortSignal): Promise<Identity> {
    const { cluster, user } = this.#access;
    const headers = impersonate(user);
    // credentials go over TLS only (client-go, tools/clientcmd/client_config.go, ClientConfig)
    if (!cluster.server.startsWith("https:")) return { headers };
    if (user.exec === undefined || hasOwnCredentials(user))
      return { headers: { ...headers, ...this.#authorization() }, ...this.#pairOf(user) };
    const given = await this.#helped(user.exec, signal);
    return {
      headers: { ...headers, ...(given.token !== "" && { authorization: `Bearer ${given.token}` }) },
      ...(given.certificate !== "" && { cert: given.certificate, key: given.key }),
    };
  }

  /** The API server has refused what it was given: a helper runs again, whatever it said of the expiry. */
  expire(): void {
    this.#helper = undefined;
  }

  /** Read again, too; while they are being replaced, the last that belonged together (client-go, transport/cert_rotation.go). */
  #pairOf({ certificate, key: ownKey }: KubeUser): Pick<Identity, "cert" | "key"> {
    if (!isGiven(certificate)) return {};
    try {
      const [cert = "", key = ""] = [pemOf(certificate), pemOf(ownKey)];
      if (!isPair(cert, key)) throw new Error("its client-certificate and client-key do not belong together");
      this.#pair = { cert, key };
    } catch (error) {
      if (!this.#pair) throw this.#error(reasonOf(error), error);
    }
    return this.#pair;
  }

  #authorization(): Identity["headers"] {
    const { token, tokenFile, username, password } = this.#access.user;
    if (username !== "" || password !== "")
      return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
    const bearer = tokenFile === "" ? token : this.#tokenOf(tokenFile, token);
    return bearer === "" ? {} : { authorization: `Bearer ${bearer}` };
  }

  /** The file takes precedence; while it cannot be read, what it had, else the token (client-go, transport/token_source.go). */
  #tokenOf(file: string, fallback: string): string {
    try {
      const token = readFileSync(file, "utf8").trim();
      if (token === "") throw new Error("it is empty");
      this.#token = token;
    } catch (error) {
      const last = this.#token ?? fallback;
      if (last === "")
        throw this.#error(`its tokenFile ${shownPath(file)} cannot be read: ${readProblem(error)}`, error);
      return last;
    }
    return this.#token;
  }

  async #helped(exec: KubeExec, signal: AbortSignal): Promise<HelperCredentials> {
    const { expires = Infinity } = this.#helper ?? {};
    if (this.#helper && Date.now() <= expires) return this.#helper;
    try {
      this.#helper = await runHelper(exec, this.#access.cluster, signal);
      return this.#helper;
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** What is said of credentials that did not come, or not in time. */
  failure(reason: unknown): CredentialsError {
    const { exec } = this.#access.user;
    const source = exec === undefined ? "" : `its helper ${exec.command} did not give them: `;
    return this.#error(`${source}${reasonOf(reason)}`, reason);
  }

  #error(problem: string, cause: unknown): CredentialsError {
    return new CredentialsError(`the kubeconfig's user "${this.#access.user.name}" has no credentials, ${problem}`, {
      cause,
    });
  }
}
