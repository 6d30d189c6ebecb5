import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Cloud, readCloud } from "../../../../components/openstack/clouds-yaml.ts";
import { CloudError } from "../../../../components/openstack/error.ts";

/** What the provider makes of the same is shown by test/e2e/access/cloud-identity.test.ts. */

let root = "";
const folders = (): string[] => ["work", "home", "etc"].map((name) => path.join(root, name));

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "clouds-"));
  for (const folder of folders()) await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

const write = (name: string, text: string): Promise<void> => writeFile(path.join(root, name), text);
const read = (env: Record<string, string> = {}, name = "a"): Promise<Cloud> =>
  readCloud(name, { env, folders: folders() });

const login = 'auth_url: "http://k/v3", username: u, password: p, domain_id: d, project_name: q';
const entry = (more = "", auth = login): string => `clouds: {a: {auth: {${auth}}${more}}}`;

async function refusal(promise: Promise<unknown>): Promise<CloudError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CloudError)) throw new Error("no CloudError", { cause: error });
  return error;
}

describe("GIVEN an entry of clouds.yaml", () => {
  test("WHEN it says nothing else THEN certificates are verified and public endpoints used", async () => {
    await write("work/clouds.yaml", entry());
    expect(await read()).toEqual({
      auth: { auth_url: "http://k/v3", username: "u", password: "p", domain_id: "d", project_name: "q" },
      region: undefined,
      interface: "public",
      ca: undefined,
      verify: true,
    });
  });

  test.each<[text: string, password: string]>([
    ["0123456", "0123456"],
    ["1e5", "1e5"],
    ["0x1F", "0x1F"],
    ["no", "no"],
    ["true", "true"],
    ["2026-11-28", "2026-11-28"],
    ["3.10", "3.10"],
    ["!!str 7", "7"],
    ["!!binary cDE=", "p1"],
    ["'null'", "null"],
    ['"\\x41"', "A"],
  ])("WHEN its password is %s THEN it is that text", async (text, password) => {
    await write("work/clouds.yaml", entry("", `${login.replace("password: p,", "")}, password: ${text}`));
    expect((await read()).auth.password).toBe(password);
  });

  test.each<[string, boolean]>([
    ["no", false],
    ["Off", false],
    ["n", false],
    ["false", false],
    ["yes", true],
    ["on", true],
    ["", true],
  ])("WHEN it says verify: %s THEN that is %p", async (text, verify) => {
    await write("work/clouds.yaml", entry(`, verify: ${text}`));
    expect((await read()).verify).toBe(verify);
  });

  test.each<[string, string, Cloud["interface"]]>([
    ["interface", "internal", "internal"],
    ["interface", "internalURL", "internal"],
    ["endpoint_type", "adminURL", "admin"],
    ["interface", "public", "public"],
  ])("WHEN it says %s: %s THEN the endpoints are %s", async (key, value, kind) => {
    await write("work/clouds.yaml", entry(`, ${key}: ${value}`));
    expect((await read()).interface).toBe(kind);
  });

  test.each<[string, string, string | undefined]>([
    ["<<: *base, region_name: own", "p", "own"],
    ["region_name: own, <<: *base", "p", "base"],
    ["<<: [*first, *base]", "p", "first"],
    ["<<: *base, auth: {password: other}", "other", "base"],
    ["<<: *base, region_name: ", "p", undefined],
    ['<<: *base, region_name: one, region_name: "two"', "p", "two"],
  ])("WHEN it is {%s} THEN the password is %s and the region %s", async (text, password, region) => {
    const base = `base: &base {auth: {${login}}, region_name: base}\nfirst: &first {region_name: first}\n`;
    await write("work/clouds.yaml", `${base}clouds: {a: {${text}}}`);
    expect(await read()).toMatchObject({ auth: { username: "u", password }, region });
  });

  test("WHEN it names a CA THEN its text is read, from the file or from the entry itself", async () => {
    const ca = "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n";
    await write("ca.pem", ca);
    await write("work/clouds.yaml", entry(`, cacert: "${root}/ca.pem"`));
    expect((await read()).ca).toBe(ca);
    await write("work/clouds.yaml", entry(`, cacert: ${JSON.stringify(ca)}`));
    expect((await read()).ca).toBe(ca);
  });
});

describe("GIVEN files in several folders", () => {
  test("WHEN clouds.yaml is searched THEN the first folder counts, and .yml after all .yaml", async () => {
    await write("work/clouds.yml", entry(", region_name: work"));
    await write("etc/clouds.yaml", entry(", region_name: etc"));
    expect((await read()).region).toBe("etc");
    await write("home/clouds.yaml", entry(", region_name: home"));
    expect((await read()).region).toBe("home");
    await write("other.yaml", entry(", region_name: other"));
    expect((await read({ OS_CLIENT_CONFIG_FILE: path.join(root, "other.yaml") })).region).toBe("other");
  });

  test.each(["work", "home", "etc"])("WHEN %s has secure.yaml THEN its values take precedence", async (folder) => {
    await write("work/clouds.yaml", entry(", region_name: r"));
    await write(`${folder}/secure.yaml`, 'clouds: {a: {region_name: "", auth: {password: secret}}}');
    expect(await read()).toMatchObject({ auth: { username: "u", password: "secret" }, region: "r" });
  });

  test.each(["profile", "cloud"])("WHEN %s names an entry of clouds-public.yaml THEN it completes", async (key) => {
    await write("work/clouds.yaml", `clouds: {a: {${key}: site, auth: {password: own}, verify: false}}`);
    await write("etc/clouds-public.yaml", `public-clouds: {site: {auth: {${login}}, region_name: r, verify: true}}`);
    expect(await read()).toMatchObject({ auth: { username: "u", password: "own" }, region: "r", verify: true });
  });

  test("WHEN secure.yaml is beside a clouds.yaml elsewhere THEN the error says where to move it", async () => {
    await mkdir(path.join(root, "elsewhere"));
    await write("elsewhere/clouds.yaml", entry());
    await write("elsewhere/secure.yaml", entry());
    const { remedy } = await refusal(read({ OS_CLIENT_CONFIG_FILE: path.join(root, "elsewhere/clouds.yaml") }));
    expect(remedy).toBe(`type: mv ${root}/elsewhere/secure.yaml ${root}/home/secure.yaml`);
  });
});

describe("GIVEN variables beside an entry", () => {
  test.each<[string, Record<string, string>, object]>([
    ["another region", { OS_REGION_NAME: "x" }, { region: "x" }],
    ["the interface", { OS_ENDPOINT_TYPE: "internal" }, { interface: "internal" }],
    ["no verification", { OS_INSECURE: "T" }, { verify: false }],
    ["nothing, as it is empty", { OS_REGION_NAME: "", OS_TOKEN: "" }, { region: "r" }],
    ["what the entry leaves out and does not need", { OS_USER_DOMAIN_ID: "d" }, { auth: { user_domain_id: "d" } }],
  ])("WHEN one gives %s THEN it is taken", async (_, env, expected) => {
    await write("work/clouds.yaml", entry(", region_name: r"));
    expect(await read(env)).toMatchObject(expected);
  });

  test("WHEN OS_REGION_NAME names one of regions THEN its values take precedence", async () => {
    const regions = ", regions: [x, {name: y, values: {interface: internal}}]";
    await write("work/clouds.yaml", entry(regions));
    expect((await read({ OS_REGION_NAME: "y" })).interface).toBe("internal");
    expect((await read({ OS_REGION_NAME: "x" })).interface).toBe("public");
  });

  test("WHEN one completes the entry THEN of two names the later counts", async () => {
    await write("work/clouds.yaml", entry("", login.replace(", project_name: q", "")));
    const env = { OS_TENANT_NAME: "t", OS_PROJECT_NAME: "p" };
    expect((await read(env)).auth.project_name).toBe("p");
  });

  test.each([
    "OS_PROJECT_ID",
    "OS_TENANT_ID",
    "OS_TOKEN",
    "OS_AUTH_TOKEN",
    "OS_USER_ID",
    "OS_APPLICATION_CREDENTIAL_ID",
  ])("WHEN %s would change who a complete entry is THEN the error says to unset it", async (name) => {
    await write("work/clouds.yaml", entry());
    expect((await refusal(read({ [name]: "other" }))).remedy).toBe(`type: unset ${name}`);
  });
});

describe("GIVEN what the provider does not take", () => {
  test.each<[string, string]>([
    ["auth_type of", ", auth_type: v3oidcpassword"],
    ["cert of", ", cert: c"],
    ["key of", ", key: c"],
    ["auth.username", ", username: u"],
    ["auth.project_name", ", tenant_name: q"],
    ["compute_endpoint_override", ", compute_endpoint_override: u"],
    ["identity_interface", ", identity_interface: internal"],
    ["verify: false", ", insecure: true"],
    ["identity_api_version", ", identity_api_version: 2"],
    ["interface", ", interface: private"],
    ["clouds.a.interface", ", interface: [internal]"],
    ["clouds.a.verify", ', verify: "no"'],
    ["clouds.a.verify", ", verify: 0"],
    ["profile", ", profile: nowhere"],
    ["there is no file /nowhere", ", cacert: /nowhere"],
  ])("WHEN an entry has it THEN the error names %s", async (name, more) => {
    await write("work/clouds.yaml", entry(more));
    const { problem, remedy } = await refusal(read());
    expect(`${problem}\n${remedy}`).toContain(name);
  });

  test.each(["constructor", "toString", "__proto__"])(
    "WHEN its profile is %s, which every object has, THEN that is not found",
    async (profile) => {
      await write("work/clouds.yaml", entry(`, profile: ${profile}`));
      await write("etc/clouds-public.yaml", `public-clouds: {site: {region_name: r}}`);
      expect((await refusal(read())).problem).toContain(`profile "${profile}" of clouds.a is not in ${root}/etc`);
    },
  );

  test("WHEN an entry named toString has the wrong type THEN the error says which it must have", async () => {
    await write("work/clouds.yaml", "clouds: {toString: x}");
    expect((await refusal(read())).remedy).toBe("write toString as a single text");
  });

  test.each<[name: string, auth: string]>([
    ["auth.auth_url", login.replace("http://k/v3", "")],
    ["auth.auth_url", login.replace("http://k/v3", "k")],
    ["auth_url", login.replace("v3", "v2.0")],
    ["auth.trust_id", `${login}, trust_id: t`],
    ["auth.constructor", `${login}, constructor: t`],
    ["auth.passcode", `${login}, passcode: 1`],
    ["auth.system_scope", `${login}, system_scope: all`],
    ["auth.password instead", `${login}, pasword: x`],
  ])("WHEN auth has it THEN the error names %s", async (name, auth) => {
    await write("work/clouds.yaml", entry("", auth));
    const { problem, remedy } = await refusal(read());
    expect(`${problem}\n${remedy}`).toContain(name);
  });

  test.each(["OS_CERT", "OS_KEY", "OS_SYSTEM_SCOPE", "OS_SWAUTH", "OS_INSECURE", "OS_IDENTITY_API_VERSION"])(
    "WHEN %s is set to something else THEN the error names it",
    async (name) => {
      await write("work/clouds.yaml", entry());
      expect((await refusal(read({ [name]: "else" }))).problem).toContain(name);
    },
  );

  test.each<[string, string | undefined, RegExp]>([
    ["no file", undefined, /^no clouds\.yaml in/],
    ["no YAML", "clouds:\n  a: [secret", /clouds\.yaml cannot be read as YAML: line \d: \w+$/],
    ["no anchor", "clouds: *secret", /cannot be read as YAML: /],
    ["an anchor in itself", "clouds: &c {a: *c}", /an anchor contains itself$/],
    ["no mapping", "- clouds", /no mapping$/],
    ["no such entry", "clouds: {bb: {}}", /^no cloud "a" in/],
    ["nothing", "", /^no cloud "a" in/],
  ])("WHEN there is %s THEN that is one error", async (_, text, problem) => {
    if (text !== undefined) await write("work/clouds.yaml", text);
    expect((await refusal(read())).problem).toMatch(problem);
  });

  test("WHEN OS_CLIENT_CONFIG_FILE is not there THEN no other file is taken", async () => {
    await write("work/clouds.yaml", entry());
    expect((await refusal(read({ OS_CLIENT_CONFIG_FILE: "/nowhere" }))).problem).toContain("OS_CLIENT_CONFIG_FILE");
  });
});

describe("GIVEN the cloud envvars (openstacksdk's name for the environment)", () => {
  const env = { OS_AUTH_URL: "https://k/v3", OS_USERNAME: "u", OS_PASSWORD: "p", OS_PROJECT_NAME: "q" };
  const readEnv = (more: Record<string, string> = {}): Promise<Cloud> => read({ ...env, ...more }, "envvars");

  test("WHEN OS_ variables name a cloud THEN it is that one, with the provider's default domain", async () => {
    expect(await readEnv({ OS_REGION_NAME: "r", OS_INSECURE: "true", OS_INTERFACE: "internal" })).toEqual({
      auth: { auth_url: "https://k/v3", username: "u", password: "p", project_name: "q", default_domain: "default" },
      region: "r",
      interface: "internal",
      ca: undefined,
      verify: false,
    });
  });

  test("WHEN a variable has an older name THEN the provider's first counts", async () => {
    const { auth } = await readEnv({ OS_TENANT_NAME: "t", OS_TENANT_ID: "i", OS_PROJECT_ID: "j" });
    expect(auth).toMatchObject({ project_name: "t", project_id: "i" });
  });

  test.each<[string, Record<string, string>]>([
    ["OS_AUTH_URL", { OS_AUTH_URL: "" }],
    ["OS_CLOUD", { OS_CLOUD: "a" }],
    ["OS_AUTH_TYPE", { OS_AUTH_TYPE: "v3kerberos" }],
    ["OS_USER_ID", { OS_USER_ID: "i", OS_USERNAME: "" }],
    ["OS_PASSWORD", { OS_PASSWORD: "" }],
    ["OS_PASSWORD", { OS_APPLICATION_CREDENTIAL_ID: "i", OS_APPLICATION_CREDENTIAL_SECRET: "s" }],
    ["/nowhere", { OS_CACERT: "/nowhere" }],
  ])("WHEN %s is in the way THEN the error names it", async (name, more) => {
    expect((await refusal(readEnv(more))).problem).toContain(name);
  });
});
