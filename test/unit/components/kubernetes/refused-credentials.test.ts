import { expect, test } from "@jest/globals";
import { refusedCredentials } from "../../../../components/kubernetes/credentials.ts";
import { userOf } from "../../../../components/kubernetes/kubeconfig/file.ts";

const secret = "c2VjcmV0";
const helper = { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "aws", interactiveMode: "Never" } };
const certificate = { "client-certificate-data": secret, "client-key-data": secret };

test.each<[string, object, RegExp]>([
  ["a token", { token: secret }, /a token that has expired, .*: put a new one there, as `oc login` does$/],
  [
    "a tokenFile beside a token",
    { tokenFile: "/run/token", token: secret },
    /a token in its tokenFile \/run\/token .*: have it renewed$/,
  ],
  ["a user name and a password", { username: "me", password: secret }, /a password that are not valid: correct them/],
  ["a client certificate", certificate, /a client certificate that has expired, .*: put a new one there$/],
  ["a helper", helper, /credentials from its helper aws that are not valid: log in to it again$/],
  ["a token beside a helper", { ...helper, token: secret }, /has a token that/],
  ["nothing", {}, /no credentials: put some there, as `oc login` does$/],
])("GIVEN %s WHEN it is refused THEN it is named with what to do, and without its value", (_, values, expected) => {
  const text = refusedCredentials(userOf("u", { values: { ...values }, source: "", folder: "/" }));
  expect(text).toMatch(/^the kubeconfig's user "u" has /);
  expect(text).toMatch(expected);
  expect(text).not.toContain(secret);
});
