import { expect, test } from "@jest/globals";
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
