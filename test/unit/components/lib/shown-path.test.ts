import { describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { shownPath } from "../../../../components/lib/shown-path.ts";

describe("GIVEN a path", () => {
  test.each([
    "/etc/kubernetes/admin.conf",
    "~/.kube/config",
    "token",
    "relative/folder with space/ca-bundle.crt",
    "/var/run/secrets/kubernetes.io/serviceaccount/token",
    "C:\\Users\\x\\kubeconfig",
  ])("WHEN %s is shown THEN it is as it was", (file) => {
    expect(shownPath(file)).toBe(file);
  });
});

describe("GIVEN a secret in place of a path", () => {
  const pem = "-----BEGIN PRIVATE KEY-----MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg-----END PRIVATE KEY-----";
  test.each([
    ["a token of OpenShift", `sha256~${"A1b2".repeat(11)}`],
    ["a token of a service account", `${"eyJhbGciOiJSUzI1NiIsImtpZCI6".repeat(8)}.${"x".repeat(300)}.sig`],
    ["a clouds.yaml in JSON", '{"clouds":{"a":{"auth":{"password":"canary"}}}}'],
    ["a line of YAML", "password: canary"],
    ["a PEM block on one line", pem],
    ["a PEM block", pem.replaceAll("KEY-----M", "KEY-----\nM")],
    ["a key in base64", Buffer.from(pem.repeat(4)).toString("base64")],
    ["random bytes in base64", randomBytes(3000).toString("base64")],
    ["a token that was made absolute", `/home/u/.kube/sha256~${"A1b2".repeat(11)}`],
  ])("WHEN %s is shown THEN only its length is said", (_, secret) => {
    expect(shownPath(secret)).toBe(
      `(${secret.length} characters that look like the content of a file, not like its path)`,
    );
  });
});
