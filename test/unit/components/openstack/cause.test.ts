import { describe, expect, test } from "@jest/globals";
import { cloudCause } from "../../../../components/openstack/cause.ts";
import { CloudError, HttpError } from "../../../../components/openstack/error.ts";

const entry = "clouds.lab in clouds.yaml";
const coded = (code: string): Error =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
const got = (status: number): string =>
  `Expected HTTP response code [200] when accessing [GET http://x/v2.1/flavors], but got ${status} instead\nno`;

describe("GIVEN an error of the program's own client WHEN its cause is asked for THEN what to do about it", () => {
  test.each<[unknown, string]>([
    [new HttpError(401), "renew the credential of clouds.lab"],
    [new HttpError(403), "have the cloud's operator grant the role"],
    [new HttpError(404), "correct auth_url, region_name or interface"],
    [new HttpError(406), "have the cloud's operator upgrade the service"],
    [new HttpError(409), "wait until the other operation has ended"],
    [new HttpError(413), "wait a minute"],
    [new HttpError(429), "wait a minute"],
    [new HttpError(500), "repeat the command in a few minutes"],
    [new HttpError(503), "repeat the command in a few minutes"],
    [coded("SELF_SIGNED_CERT_IN_CHAIN"), "set cacert"],
    [coded("ENOTFOUND"), "correct the host name"],
    [coded("EAI_AGAIN"), "correct the host name"],
    [coded("ECONNREFUSED"), "correct the port"],
    [coded("UND_ERR_CONNECT_TIMEOUT"), "check the network, VPN, firewall and proxy"],
    [new DOMException("too long", "TimeoutError"), "check the network, VPN, firewall and proxy"],
    [new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")]), "correct the port"],
    [
      new CloudError({ problem: "p", expected: "e", remedy: "r", cause: new HttpError(403) }),
      "have the cloud's operator",
    ],
  ])("%s", (error, remedy) => {
    expect(cloudCause(error, entry)?.remedy).toMatch(new RegExp(`^${remedy}`));
  });
});

describe("GIVEN a text of the OpenStack provider WHEN its cause is asked for THEN it is recognized", () => {
  test.each<[string, RegExp]>([
    [
      "Request forbidden: [POST http://x/servers], error message: Quota exceeded for instances: Requested 1",
      /^a quota/,
    ],
    [
      `${got(409)}: {"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for resources: ['port']."}}`,
      /^a quota/,
    ],
    [got(401), /401/],
    ["Authentication failed", /401/],
    ["Unable to re-authenticate: Authentication failed", /401/],
    ["Request forbidden: [GET http://x], error message: policy does not allow", /403/],
    ["Resource not found: [GET http://x/v9/flavors], error message: 404 page", /404/],
    ["No suitable endpoint could be found in the service catalog.", /^the catalog has no endpoint/],
    [got(409), /409/],
    [got(413), /413 or 429/],
    ["Too many requests have been sent in a given amount of time. Pause requests", /413 or 429/],
    ["Internal Server Error", /\(500\)/],
    [got(502), /\(502\)/],
    ["The service is currently unable to handle the request due to a temporary overloading", /\(503\)/],
    ["Gateway Timeout", /\(504\)/],
    [
      'Get "https://k:5000/v3": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      /certificate/,
    ],
    ['Get "https://k:5000/v3": dial tcp: lookup k on 127.0.0.53:53: no such host', /^DNS/],
    ['Get "https://k:5000/v3": dial tcp 10.0.0.1:5000: connect: connection refused', /^nothing listens/],
    ['Get "https://k:5000/v3": dial tcp 10.0.0.1:5000: i/o timeout', /^it did not answer in time/],
    ['Get "https://k:5000/v3": context deadline exceeded', /^it did not answer in time/],
  ])("%s", (text, what) => {
    expect(cloudCause(new Error("2 UNKNOWN"), entry, text)?.what).toMatch(what);
  });
});

test("GIVEN an error of no known cause WHEN it is asked for THEN there is none: its own text is shown", () => {
  expect(cloudCause(new Error("invalid"), entry, "what nobody expects")).toBeUndefined();
});
