import { describe, expect, test } from "@jest/globals";
import { authRequest } from "../../../../components/openstack/credentials.ts";
import type { CloudAuth } from "../../../../components/openstack/entry.ts";

const user = { username: "u", password: "p" };
const named = { ...user, project_name: "q" };
const secret = { application_credential_secret: "s" };

describe("GIVEN what is known of an identity WHEN a token is asked for", () => {
  test.each<[string, CloudAuth, user: object, scope: object | undefined]>([
    [
      "domains of their own",
      { ...named, user_domain_name: "D", project_domain_id: "e" },
      { name: "u", domain: { name: "D" } },
      { project: { name: "q", domain: { id: "e" } } },
    ],
    [
      "one domain for both",
      { ...named, domain_name: "D" },
      { name: "u", domain: { name: "D" } },
      { project: { name: "q", domain: { name: "D" } } },
    ],
    [
      "a default domain",
      { ...named, user_domain_name: "D", default_domain: "e" },
      { name: "u", domain: { name: "D" } },
      { project: { name: "q", domain: { id: "e" } } },
    ],
    ["ids", { user_id: "i", password: "p", project_id: "j", project_name: "q" }, { id: "i" }, { project: { id: "j" } }],
    ["no project", { ...user, user_domain_id: "d" }, { name: "u", domain: { id: "d" } }, undefined],
    [
      "a domain for a scope",
      { ...user, user_domain_id: "d", domain_id: "e" },
      { name: "u", domain: { id: "d" } },
      { domain: { id: "e" } },
    ],
  ])("THEN a password with %s names them", (_, auth, expected, scope) => {
    expect(authRequest(auth)).toEqual({
      auth: { identity: { methods: ["password"], password: { user: { ...expected, password: "p" } } }, scope },
    });
  });

  test.each<[string, CloudAuth, object]>([
    ["its id", { ...secret, application_credential_id: "i", username: "u", project_id: "p" }, { id: "i" }],
    ["the user's id", { ...secret, application_credential_name: "n", user_id: "i" }, { name: "n", user: { id: "i" } }],
    [
      "the user's name",
      { ...secret, application_credential_name: "n", username: "u", domain_id: "d" },
      { name: "n", user: { name: "u", domain: { id: "d" } } },
    ],
  ])("THEN an application credential by %s has no scope: it has its own", (_, auth, expected) => {
    expect(authRequest(auth)).toEqual({
      auth: {
        identity: { methods: ["application_credential"], application_credential: { ...expected, secret: "s" } },
        scope: undefined,
      },
    });
  });

  test("THEN a token takes precedence over a password", () => {
    expect(authRequest({ ...named, token: "t", project_id: "j" })).toEqual({
      auth: { identity: { methods: ["token"], token: { id: "t" } }, scope: { project: { id: "j" } } },
    });
  });

  test.each<[string, CloudAuth]>([
    ["auth.password", { username: "u" }],
    ["auth.username", { password: "p" }],
    ["auth.user_domain_name", named],
    ["auth.project_domain_name", { ...named, user_domain_id: "d" }],
    ["auth.user_id", { ...named, user_id: "i", domain_id: "d" }],
    ["auth.domain_id", { password: "p", user_id: "i", project_id: "j", domain_id: "d" }],
    ["auth.user_domain_id", { ...named, user_domain_id: "d", user_domain_name: "D" }],
    ["auth.domain_id", { ...named, domain_id: "d", user_domain_name: "D" }],
    ["auth.application_credential_id", secret],
    ["auth.application_credential_secret", { application_credential_id: "i" }],
    ["auth.application_credential_id", { ...secret, application_credential_name: "n" }],
    ["auth.user_domain_name", { ...secret, application_credential_name: "n", username: "u" }],
    ["auth.password", { ...user, ...secret, application_credential_id: "i" }],
    ["auth.token", { ...secret, application_credential_id: "i", token: "t" }],
    ["auth.project_id", { token: "t" }],
  ])("THEN %s is named where the provider would fail", (key, auth) => {
    expect(() => authRequest(auth)).toThrow(key);
  });
});
