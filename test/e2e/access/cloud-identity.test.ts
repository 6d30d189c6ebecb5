import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CloudClient } from "../../../components/openstack/client.ts";
import { CloudError } from "../../../components/openstack/error.ts";
import { searchFolders } from "../../../components/openstack/files.ts";
import { providerArgs } from "../../../components/openstack/provider-args.ts";
import { noProxy } from "../../lab/runtime/proxy.ts";
import { makeValues, type Values } from "../support/cloud/odd-accounts.ts";
import { providerScope, type Scope } from "../support/cloud/provider-plugin.ts";
import { cloudsYaml, oddPasswords } from "./cloud-forms/files.ts";
import { type Form } from "./cloud-forms/form.ts";
import { refusedEntries } from "./cloud-forms/refused-entries.ts";
import { refusedEnvironment, refusedVariables } from "./cloud-forms/refused-variables.ts";
import { besides, environment } from "./cloud-forms/variables.ts";
import { folders, yaml } from "./cloud-forms/yaml.ts";

const accepted = [...cloudsYaml, ...yaml, ...folders, ...besides, ...environment];
const refused = [...refusedEntries, ...refusedVariables, ...refusedEnvironment];

/** An identity, and where it acts. */
interface Identity {
  readonly project: string | undefined;
  readonly user: string | undefined;
  readonly roles: readonly string[];
  /** empty: that of the first endpoint */
  readonly region: string;
  readonly compute: string;
  readonly network: string;
}

let values: Values = {};
let folder = "";
const undo: (() => Promise<unknown>)[] = [];

const fill = (text: string): string =>
  text.replaceAll(/\{\{(.+?)\}\}/g, (_, name: string) => {
    const value = name === "folder" ? folder : values[name];
    if (value === undefined) throw new Error(`no value for ${name}`);
    return value;
  });

async function place(form: Form): Promise<{ env: Record<string, string>; cwd: string }> {
  for (const [name, text] of Object.entries(form.files ?? {})) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, fill(text));
  }
  const env = Object.entries(form.env ?? {}).map(([name, value]) => [name, fill(value)]);
  return { env: Object.fromEntries(env) as Record<string, string>, cwd: folder };
}

const cloudOf = ({ cloud = "a" }: Form): string => cloud;

async function ours(form: Form): Promise<CloudClient> {
  const { env, cwd } = await place(form);
  const around = { env, folders: [cwd, ...searchFolders().slice(1)] };
  const client = await CloudClient.login(cloudOf(form), AbortSignal.timeout(20_000), around);
  client.endpoint("compute");
  return client;
}

async function provider(form: Form, kind: CloudClient["interface"]): Promise<Scope> {
  const { env, cwd } = await place(form);
  const base = { PATH: process.env["PATH"] ?? "", ...noProxy({}) };
  return providerScope({ env: { ...base, ...env }, cwd }, providerArgs(cloudOf(form), kind));
}

const identityOf = (client: CloudClient): Identity => ({
  project: client.token.project?.id,
  user: client.token.user?.id,
  roles: client.token.roles.map(({ name }) => name).toSorted(),
  region: client.region ?? "",
  compute: client.endpoint("compute"),
  network: client.endpoint("network"),
});

function identityIn(scope: Scope, kind: CloudClient["interface"]): Identity {
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

beforeAll(async () => {
  values = await makeValues(oddPasswords, undo);
});
afterAll(async () => {
  for (const each of undo.toReversed()) await each();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "cloud-identity-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("GIVEN a form of clouds.yaml or of the environment that both take", () => {
  test.each(accepted.map((form) => [form.title, form] as const))(
    "WHEN program and provider read %s THEN they are the same user in the same project, region and endpoints",
    async (_, form) => {
      const client = await ours(form);
      const scope = await provider(form, client.interface);
      expect(identityOf(client)).toEqual(identityIn(scope, client.interface));
      expect(scope.projectId).toBe(values["project_id"]);
    },
  );
});

describe("GIVEN a form that the provider refuses, ignores or takes for another identity", () => {
  test.each(refused.map((form) => [form.title, form] as const))(
    "WHEN the program reads %s THEN it refuses it by name",
    async (_, form) => {
      const error = await ours(form).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof CloudError)) throw new Error("it was not refused", { cause: error });
      expect(`${error.problem}\n${error.remedy}`).toContain(form.names);
      const text = `${error.message} ${error.expected}`;
      for (const secret of ["password", "token", "credential_secret"]) expect(text).not.toContain(values[secret]);
      const done = await provider(form, "public").then(
        () => "goes on",
        () => "refuses",
      );
      expect(done).toBe(form.provider);
    },
  );
});
