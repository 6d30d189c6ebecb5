import { expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readCloud } from "../../../../components/openstack/clouds-yaml.ts";
import { readCa } from "../../../../components/openstack/files.ts";
import { parseYaml } from "../../../../components/openstack/yaml.ts";

test("GIVEN an unquoted password that reads as an alias WHEN clouds.yaml is read THEN the error does not show it", () => {
  const reading = (): unknown => parseYaml("clouds.yaml", "clouds: {a: {auth: {password: *SECRET!x}}}");
  expect(reading).toThrow(/quote a value that begins with \*/);
  expect(reading).not.toThrow(/SECRET/);
});

test("GIVEN a private key in place of an authority WHEN it is read THEN the error does not show it", async () => {
  const key = "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n";
  await expect(readCa(key, "OS_CACERT")).rejects.toThrow("the text of OS_CACERT holds no certificate");
});

test.each([
  ["https://me:SECRET@keystone.example:5000/v3", "OS_AUTH_URL holds a user or a password"],
  ["https://SECRET@keystone.example:5000", "OS_AUTH_URL holds a user or a password"],
  ["https://me:SECRET@keystone.example/v2.0", "auth_url of the environment is https://keystone.example/v2.0"],
  ["https://me:SECRET@keystone:x/v3", "OS_AUTH_URL is no URL of scheme https or http: https://keystone:x/v3"],
  ["me:SECRET@keystone.example/v3", "OS_AUTH_URL is no URL of scheme https or http: keystone.example/v3"],
])(
  "GIVEN a password in auth_url, as in %s, WHEN it is refused THEN the error does not show it",
  async (url, expected) => {
    const env = {
      OS_AUTH_URL: url,
      OS_USERNAME: "u",
      OS_PASSWORD: "p",
      OS_PROJECT_NAME: "q",
      OS_USER_DOMAIN_NAME: "d",
    };
    const reading = readCloud("envvars", { env, folders: [] });
    await expect(reading).rejects.toMatchObject({ problem: expected });
    await expect(reading).rejects.not.toThrow(/SECRET/);
  },
);

test("GIVEN a password without the space after its colon WHEN clouds.yaml is read THEN the error does not show it", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "clouds-"));
  const auth = "{auth_url: 'https://keystone.example:5000/v3', username: u, password:SECRET, project_name: p}";
  await writeFile(path.join(folder, "clouds.yaml"), `clouds: {a: {auth: ${auth}}}\n`);
  const reading = readCloud("a", { env: {}, folders: [folder] });
  await expect(reading).rejects.toMatchObject({ remedy: "write a space after the colon of each key" });
  await expect(reading).rejects.not.toThrow(/SECRET/);
  await rm(folder, { recursive: true });
});
