import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ApiError } from "../../../../components/kubernetes/api-error.ts";
import {
  type ContactState,
  decideDeletion,
  isNoResponse,
  isTlsTrustError,
} from "../../../../components/kubernetes/unreachable.ts";
import { UserError } from "../../../../components/lib/errors.ts";

// Whether nobody answered (error codes of Node.js and undici), and what a deletion does then (detach.clusterUnreachable).

const coded = (code: string, message = ""): Error => Object.assign(new Error(message), { code });
const caused = (cause: Error): Error => new TypeError("fetch failed", { cause });

describe("GIVEN a request that failed, WHEN it is asked whether anybody answered", () => {
  const cases: [what: string, error: unknown, direct: boolean, proxied: boolean][] = [
    ["a refused connection", coded("ECONNREFUSED"), true, false],
    ["a reset connection", coded("ECONNRESET"), true, false],
    ["no way there", coded("EHOSTUNREACH"), true, false],
    ["no such name", coded("ENOTFOUND"), true, false],
    ["a name server that does not answer", coded("EAI_AGAIN"), true, false],
    ["a connection that took too long", coded("UND_ERR_CONNECT_TIMEOUT"), true, false],
    ["headers that took too long", coded("UND_ERR_HEADERS_TIMEOUT"), true, false],
    ["a socket that was closed", coded("UND_ERR_SOCKET"), true, false],
    ["a refused connection below another error", caused(coded("ECONNREFUSED")), true, false],
    ["several addresses, all refused", new AggregateError([coded("ECONNREFUSED"), coded("ETIMEDOUT")]), true, false],
    ["several addresses, one not trusted", new AggregateError([coded("ECONNREFUSED"), coded("CERT_X")]), false, false],
    [
      "a proxy that finds nobody",
      coded("UND_ERR_ABORTED", "Proxy response (502) !== 200 when HTTP Tunneling"),
      true,
      true,
    ],
    ["a proxy that waited in vain", new Error("Proxy response (504) !== 200 when HTTP Tunneling"), true, true],
    ["a proxy that forbids it", new Error("Proxy response (403) !== 200 when HTTP Tunneling"), false, false],
    ["a proxy that wants a password", new Error("Proxy response (407) !== 200 when HTTP Tunneling"), false, false],
    ["SOCKS: nobody there", new Error("Socks5 proxy rejected connection - ConnectionRefused"), true, true],
    ["SOCKS: not allowed", new Error("Socks5 proxy rejected connection - NotAllowed"), false, false],
    ["a certificate that is not trusted", coded("DEPTH_ZERO_SELF_SIGNED_CERT"), false, false],
    ["another name in the certificate", coded("ERR_TLS_CERT_ALTNAME_INVALID"), false, false],
    ["something that does not speak TLS", coded("ERR_SSL_WRONG_VERSION_NUMBER"), false, false],
    ["refused credentials", new ApiError(401, "Unauthorized"), false, false],
    ["a refused permission", new ApiError(403, "forbidden"), false, false],
    ["a server that is not ready", new ApiError(503, "starting"), false, false],
    ["another cluster", new UserError("another cluster"), false, false],
    ["a helper of the kubeconfig that fails", new Error("exec: not found"), false, false],
    ["no error at all", "ECONNREFUSED", false, false],
  ];
  test.each(cases)("THEN of %s the answer is right, without and with a proxy", (_, error, direct, proxied) => {
    expect([isNoResponse(error, false), isNoResponse(error, true)]).toEqual([direct, proxied]);
  });
});

test.each<[what: string, error: unknown, distrusted: boolean]>([
  ["a certificate of an authority of its own", coded("DEPTH_ZERO_SELF_SIGNED_CERT"), true],
  ["an unknown authority, below another error", caused(coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE")), true],
  ["another name in the certificate", coded("ERR_TLS_CERT_ALTNAME_INVALID"), true],
  ["a certificate that has run out", coded("CERT_HAS_EXPIRED"), true],
  ["something that does not speak TLS", coded("ERR_SSL_WRONG_VERSION_NUMBER"), false],
  ["a refused connection", caused(coded("ECONNREFUSED")), false],
  ["no error at all", undefined, false],
])("GIVEN %s WHEN it is asked whether the server is not trusted THEN that is right", (_, error, distrusted) => {
  expect(isTlsTrustError(error)).toBe(distrusted);
});

const contact = (changes: Partial<ContactState>): ContactState => ({
  policy: "skip",
  answered: false,
  noResponse: true,
  elapsed: 60_000,
  gracePeriod: 60_000,
  ...changes,
});

describe("GIVEN a deletion that is about to begin, WHEN the API server", () => {
  test.each([
    ["has never answered for a minute, and the policy is skip", contact({}), "skip"],
    ["has never answered for a minute, and the policy is fail", contact({ policy: "fail" }), "fail"],
    ["has not answered yet", contact({ elapsed: 59_999 }), "wait"],
    ["has not answered yet, and the policy is fail", contact({ elapsed: 0, policy: "fail" }), "wait"],
    ["has answered once", contact({ answered: true }), "begin"],
    ["gives an answer that is of no use", contact({ noResponse: false }), "begin"],
  ])("%s THEN that is what becomes of it", (_, given, expected) => {
    expect(decideDeletion(given)).toBe(expected);
  });

  test("THEN a deletion is skipped only after the whole grace period without an answer, and only by that policy", () => {
    const states = fc.record({
      policy: fc.constantFrom("fail" as const, "skip" as const),
      answered: fc.boolean(),
      noResponse: fc.boolean(),
      elapsed: fc.nat(120_000),
      gracePeriod: fc.nat(120_000),
    });
    fc.assert(
      fc.property(states, (it) => {
        if (decideDeletion(it) !== "skip") return;
        expect(it).toMatchObject({ policy: "skip", answered: false, noResponse: true });
        expect(it.elapsed).toBeGreaterThanOrEqual(it.gracePeriod);
      }),
      { numRuns: 2_000 },
    );
  });
});
