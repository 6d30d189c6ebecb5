import { expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { strip } from "../../../bench/previews/strip.ts";
import { openstack, repo } from "../../../lab/settings.ts";

const key = "ab12".repeat(16);
const signature = "cd34".repeat(16);
const zeros = "0".repeat(64);

test("GIVEN the key of signed URLs THEN it is gone everywhere, also where nothing says what it is", () => {
  const state = {
    metadata: { "Temp-URL-Key": key },
    secret: { plaintext: JSON.stringify({ "Temp-URL-Key": key }) },
    key,
  };
  expect(strip(state)).toEqual({
    metadata: { "Temp-URL-Key": zeros },
    secret: { plaintext: JSON.stringify({ "Temp-URL-Key": zeros }) },
    key: zeros,
  });
});

test("GIVEN user data with a signed URL THEN the signature is gone, and its SHA-1 is that of what is left", () => {
  const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");
  const userData = (sig: string): string => `{"source":"https://a/b?temp_url_sig=${sig}&temp_url_expires=1"}`;
  expect(strip({ given: userData(signature), kept: sha1(userData(signature)) }, [userData(signature)])).toEqual({
    given: userData(zeros),
    kept: sha1(userData(zeros)),
  });
});

test("GIVEN stack traces THEN they name no folder of the machine", () => {
  const trace = [
    "project:///file:/home/me/.local/state/lab/infra/main.ts#44,19",
    "project:///../../home/me/node_modules/@pulumi/pulumi/resource.js#6,2",
  ];
  expect(strip(trace)).toEqual([
    "project:///infra/main.ts#44,19",
    "project:///node_modules/@pulumi/pulumi/resource.js#6,2",
  ]);
});

test("GIVEN the recordings THEN none has a secret of the lab or a folder of a machine", async () => {
  const folder = path.join(repo, "test/bench/previews/recorded");
  for (const name of await readdir(folder)) {
    const text = await readFile(path.join(folder, name), "utf8");
    expect(text).not.toContain(openstack.password);
    expect(text).not.toMatch(/x-auth-token|x-subject-token|eyJhbGci|PRIVATE KEY|BEGIN EC/i);
    expect(text).not.toMatch(/\/(root|home|work|tmp)\//);
    for (const [, found] of text.matchAll(/Temp-URL-Key[\\":\s]+([0-9a-f]{64})/gi)) expect(found).toBe(zeros);
    for (const [, found] of text.matchAll(/temp_url_sig=([0-9a-f]+)/g)) expect(found).toBe(zeros);
  }
});
