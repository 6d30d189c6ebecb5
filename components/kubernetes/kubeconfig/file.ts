import path from "node:path";
import { isObject } from "../../lib/objects.ts";
import { parseKubeYaml } from "./yaml.ts";

/**
 * The format of a kubeconfig (kubernetes/client-go, tools/clientcmd/api/v1/types.go), read as kubectl reads it.
 * The loader of @kubernetes/client-node is not used: it drops tokenFile, as-uid, as-groups, as-user-extra and the
 * extensions, looks for a helper beside the kubeconfig in the working directory, and refuses a whole file for an entry that
 * the context does not use.
 */

/** Text in PEM, by content or by the absolute path of its file. */
export interface Pem {
  readonly data?: string;
  readonly file?: string;
}

export interface KubeCluster {
  readonly name: string;
  readonly server: string;
  readonly tlsServerName: string;
  readonly insecure: boolean;
  readonly authority: Pem;
  readonly proxyUrl: string;
  readonly disableCompression: boolean;
  /** what a helper may be told about the cluster, see {@link KubeExec.provideClusterInfo} */
  readonly execConfig: unknown;
}

/** A helper that hands out credentials. */
export interface KubeExec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly installHint: string;
  readonly provideClusterInfo: boolean;
  readonly interactiveMode: string;
}

/** Whom the requests are made as. */
export interface Impersonation {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface KubeUser {
  readonly name: string;
  readonly token: string;
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly certificate: Pem;
  readonly key: Pem;
  readonly impersonation: Impersonation;
  readonly authProvider: string | undefined;
  readonly exec: KubeExec | undefined;
}

export interface KubeContext {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
}

type Values = Readonly<Record<string, unknown>>;

/** One entry of a kubeconfig's lists, and the folder that its relative paths start from. */
export interface Entry {
  readonly values: Values;
  /** as a part of messages */
  readonly source: string;
  readonly folder: string;
}

/** What one or several files say, not yet checked. */
export interface Kubeconfig {
  readonly clusters: Map<string, Entry>;
  readonly users: Map<string, Entry>;
  readonly contexts: Map<string, Entry>;
  readonly currentContext: string;
}

/** A part of a kubeconfig is not of the type that it must have. The message quotes no value: it may be a secret. */
export class KubeconfigFormatError extends Error {}

/** The values of one mapping, by the types of kubectl's. What is absent or null has the type's empty value, as in Go. */
class Fields {
  readonly #values: Values;
  readonly place: string;

  constructor(values: unknown, place: string) {
    if (!isObject(values ?? {})) throw new KubeconfigFormatError(`${place} is not a mapping`);
    this.#values = (values ?? {}) as Values;
    this.place = place;
  }

  #fail(key: string, expected: string): never {
    throw new KubeconfigFormatError(`${this.place}.${key} is not ${expected}`);
  }

  has(key: string): boolean {
    return (this.#values[key] ?? undefined) !== undefined;
  }

  /** A number or a boolean is refused, as by kubectl: which text it was is lost, of `0123456` or `no` for example. */
  #text(key: string, value: unknown): string {
    if (value === undefined || value === null) return "";
    if (typeof value === "string") return value;
    const kind = typeof value === "number" ? "a number" : "true or false";
    if (typeof value === "object") return this.#fail(key, "text");
    throw new KubeconfigFormatError(`${this.place}.${key} is ${kind} to YAML, and must be text: put it in quotes`);
  }

  text(key: string): string {
    return this.#text(key, this.#values[key]);
  }

  flag(key: string): boolean {
    const value = this.#values[key] ?? false;
    return typeof value === "boolean" ? value : this.#fail(key, "true or false");
  }

  list(key: string): readonly unknown[] {
    const value = this.#values[key] ?? [];
    return Array.isArray(value) ? (value as unknown[]) : this.#fail(key, "a list");
  }

  texts(key: string): string[] {
    return this.list(key).map((value, i) => this.#text(`${key}[${i}]`, value));
  }

  fields(key: string): Fields {
    return new Fields(this.#values[key], `${this.place}.${key}`);
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  /** The mappings of a list by a name, as clusters or extensions have them. */
  named(key: string): Map<string, Values> {
    const found = new Map<string, Values>();
    for (const [i, value] of this.list(key).entries()) {
      const values = isObject(value ?? {}) ? ((value ?? {}) as Values) : this.#fail(`${key}[${i}]`, "a mapping");
      const name = new Fields(values, `${this.place}.${key}[${i}]`).text("name");
      // client-go, tools/clientcmd/api/v1/conversion.go
      if (found.has(name)) this.#fail(`${key}[${i}]`, `the only one of the name "${name}"`);
      found.set(name, values);
    }
    return found;
  }

  path(key: string, folder: string): string {
    const file = this.text(key);
    return file === "" ? "" : path.resolve(folder, file);
  }

  pem(key: string, folder: string): Pem {
    // line ends are left out, and nothing else (Go, encoding/base64)
    const data = this.text(`${key}-data`).replaceAll(/[\r\n]/g, "");
    if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data)) this.#fail(`${key}-data`, "base64");
    const file = this.path(key, folder);
    return {
      ...(data !== "" && { data: Buffer.from(data, "base64").toString("utf8") }),
      ...(file !== "" && { file }),
    };
  }
}

/**
 * @param source of the text, as a part of messages
 * @throws KubeconfigFormatError, YamlError
 */
export function parseKubeconfig(text: string, source: string, folder: string): Kubeconfig {
  const top = new Fields(parseKubeYaml(text), "it");
  for (const [key, expected] of [
    ["kind", "Config"],
    ["apiVersion", "v1"],
  ] as const)
    if (!["", expected].includes(top.text(key))) throw new KubeconfigFormatError(`its ${key} is not ${expected}`);
  const entries = (key: string, kind: string): Map<string, Entry> =>
    new Map([...top.named(key)].map(([name, values]) => [name, { values: values[kind] as Values, source, folder }]));
  return {
    clusters: entries("clusters", "cluster"),
    users: entries("users", "user"),
    contexts: entries("contexts", "context"),
    currentContext: top.text("current-context"),
  };
}

/** The first file to set a value wins; of an entry of the same name nothing else is taken (client-go, tools/clientcmd/loader.go). */
export function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  const merged = (list: (file: Kubeconfig) => Map<string, Entry>): Map<string, Entry> =>
    new Map(
      files.flatMap((file) => [...list(file)]).filter(([name], i, all) => i === all.findIndex(([it]) => it === name)),
    );
  return {
    clusters: merged(({ clusters }) => clusters),
    users: merged(({ users }) => users),
    contexts: merged(({ contexts }) => contexts),
    currentContext: files.find(({ currentContext }) => currentContext !== "")?.currentContext ?? "",
  };
}

export function contextOf(name: string, { values }: Entry): KubeContext {
  const fields = new Fields(values, `context "${name}"`);
  return { name, cluster: fields.text("cluster"), user: fields.text("user"), namespace: fields.text("namespace") };
}

/** The reserved name of what a cluster's entry tells a helper (client-go, tools/clientcmd/client_config.go). */
const execExtension = "client.authentication.k8s.io/exec";

export function clusterOf(name: string, { values, folder }: Entry): KubeCluster {
  const fields = new Fields(values, `cluster "${name}"`);
  return {
    name,
    server: fields.text("server").replace(/\/$/, ""),
    tlsServerName: fields.text("tls-server-name"),
    insecure: fields.flag("insecure-skip-tls-verify"),
    authority: fields.pem("certificate-authority", folder),
    proxyUrl: fields.text("proxy-url"),
    disableCompression: fields.flag("disable-compression"),
    execConfig: fields.named("extensions").get(execExtension)?.["extension"],
  };
}

export function userOf(name: string, { values, folder }: Entry): KubeUser {
  const fields = new Fields(values, `user "${name}"`);
  const extra = fields.fields("as-user-extra");
  return {
    name,
    token: fields.text("token"),
    tokenFile: fields.path("tokenFile", folder),
    username: fields.text("username"),
    password: fields.text("password"),
    certificate: fields.pem("client-certificate", folder),
    key: fields.pem("client-key", folder),
    impersonation: {
      user: fields.text("as"),
      uid: fields.text("as-uid"),
      groups: fields.texts("as-groups"),
      extra: Object.fromEntries(extra.keys().map((key) => [key, extra.texts(key)])),
    },
    authProvider: fields.has("auth-provider") ? fields.fields("auth-provider").text("name") : undefined,
    exec: fields.has("exec") ? execOf(fields.fields("exec"), folder) : undefined,
  };
}

/** Optional in the older version only (client-go, tools/clientcmd/api/v1/defaults.go). */
const defaultMode = (apiVersion: string): string =>
  apiVersion === "client.authentication.k8s.io/v1beta1" ? "IfAvailable" : "";

function execOf(fields: Fields, folder: string): KubeExec {
  const apiVersion = fields.text("apiVersion");
  const command = fields.text("command");
  return {
    apiVersion,
    // without a separator it is looked for in PATH (client-go, tools/clientcmd/loader.go, GetAuthInfoFileReferences)
    command: command.includes(path.sep) ? path.resolve(folder, command) : command,
    args: fields.texts("args"),
    env: fields.list("env").map((value, i) => {
      const variable = new Fields(value, `${fields.place}.env[${i}]`);
      return { name: variable.text("name"), value: variable.text("value") };
    }),
    installHint: fields.text("installHint"),
    provideClusterInfo: fields.flag("provideClusterInfo"),
    interactiveMode: fields.text("interactiveMode") || defaultMode(apiVersion),
  };
}
