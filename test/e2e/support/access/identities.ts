import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { CloudClient } from "../../../../components/openstack/client.ts";
import { searchFolders } from "../../../../components/openstack/files.ts";
import { providerArgs } from "../../../../components/openstack/provider-args.ts";
import { noProxy } from "../../../lab/runtime/proxy.ts";
import type { Form } from "../../access/cloud-forms/form.ts";
import type { Values } from "../cloud/odd-accounts.ts";
import { providerScope, type Scope } from "../cloud/provider-plugin.ts";

/** An identity, and where it acts. */
export interface Identity {
  readonly project: string | undefined;
  readonly user: string | undefined;
  readonly roles: readonly string[];
  /** empty: that of the first endpoint */
  readonly region: string;
  readonly compute: string;
  readonly network: string;
}

type Kind = CloudClient["interface"];

const cloudOf = ({ cloud = "a" }: Form): string => cloud;

/** A folder with a form's files, where program and provider read them. */
export class FormReader {
  readonly #folder: string;
  readonly #values: Values;

  /** @param values what stands for `{{name}}` in the forms */
  constructor(folder: string, values: Values) {
    this.#folder = folder;
    this.#values = values;
  }

  #fill = (text: string): string =>
    text.replaceAll(/\{\{(.+?)\}\}/g, (_, name: string) => {
      const value = name === "folder" ? this.#folder : this.#values[name];
      if (value === undefined) throw new Error(`no value for ${name}`);
      return value;
    });

  async #place(form: Form): Promise<Record<string, string>> {
    for (const [name, text] of Object.entries(form.files ?? {})) {
      const file = path.join(this.#folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, this.#fill(text));
    }
    const env = Object.entries(form.env ?? {}).map(([name, value]) => [name, this.#fill(value)]);
    return Object.fromEntries(env) as Record<string, string>;
  }

  /** The program's client by the form. */
  async program(form: Form): Promise<CloudClient> {
    const around = { env: await this.#place(form), folders: [this.#folder, ...searchFolders().slice(1)] };
    const client = await CloudClient.login(cloudOf(form), AbortSignal.timeout(20_000), around);
    client.endpoint("compute");
    return client;
  }

  /** Who the provider is by the form. */
  async provider(form: Form, kind: Kind): Promise<Scope> {
    const env = await this.#place(form);
    const base = { PATH: process.env["PATH"] ?? "", ...noProxy({}) };
    return providerScope({ env: { ...base, ...env }, cwd: this.#folder }, providerArgs(cloudOf(form), kind));
  }
}

export const identityOf = (client: CloudClient): Identity => ({
  project: client.token.project?.id,
  user: client.token.user?.id,
  roles: client.token.roles.map(({ name }) => name).toSorted(),
  region: client.region ?? "",
  compute: client.endpoint("compute"),
  network: client.endpoint("network"),
});

export function identityIn(scope: Scope, kind: Kind): Identity {
  const endpoint = (type: string): string =>
    scope.serviceCatalogs
      .filter((service) => service.type === type)
      .flatMap(({ endpoints }) => endpoints)
      .find((each) => each.interface === kind && (scope.region === "" || each.region === scope.region))?.url ?? "";
  return {
    project: scope.projectId,
    user: scope.userId,
    roles: scope.roles.map(({ roleName }) => roleName).toSorted(),
    region: scope.region,
    compute: endpoint("compute"),
    network: endpoint("network"),
  };
}
