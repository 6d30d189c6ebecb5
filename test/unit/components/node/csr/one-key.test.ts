import { describe, expect, test } from "@jest/globals";
import type { Csr } from "../../../../../components/node/csr/types.ts";
import { judge, judges } from "../../../../support/csr-table.ts";
import { clientCsr, otherWorker, request, servingCsr, worker } from "../../../../support/node-fixtures.ts";

describe("GIVEN several client requests for one name (KEY), WHEN one is judged", () => {
  const second = (changes: Partial<Csr> = {}) =>
    clientCsr({ name: "csr-second", request: request({ publicKey: "cc" }), ...changes });
  const known = "SHA256:aa";
  judges([
    [
      "the same key again, both pending",
      { csr: clientCsr(), others: [clientCsr({ name: "csr-again" })], expected: "approve client" },
    ],
    [
      "the same key again after an approval",
      { csr: clientCsr(), others: [clientCsr({ name: "csr-again", state: "approved" })], expected: "approve client" },
    ],
    ["another key, both pending: neither", { csr: clientCsr(), others: [second()], expected: "refuse one-key" }],
    ["another key, seen from the second", { csr: second(), others: [clientCsr()], expected: "refuse one-key" }],
    [
      "another key after an approval",
      { csr: second(), others: [clientCsr({ state: "approved" })], expected: "refuse one-key" },
    ],
    [
      "three keys",
      {
        csr: clientCsr(),
        others: [second(), second({ name: "csr-third", request: request({ publicKey: "dd" }) })],
        expected: "refuse one-key",
      },
    ],
    [
      "another key that was denied does not compete",
      { csr: clientCsr(), others: [second({ state: "denied" })], expected: "approve client" },
    ],
    [
      "another key that could not be signed does not compete",
      { csr: clientCsr(), others: [second({ state: "failed" })], expected: "approve client" },
    ],
    [
      "another key of a stranger does not compete",
      { csr: clientCsr(), others: [second({ username: "mallory" })], expected: "approve client" },
    ],
    [
      "another key that was approved for a stranger does not compete",
      { csr: clientCsr(), others: [second({ username: "mallory", state: "approved" })], expected: "approve client" },
    ],
    [
      "another key of the former server does not compete",
      {
        csr: clientCsr(),
        others: [second({ created: "2025-12-31T12:00:00Z", state: "approved" })],
        expected: "approve client",
      },
    ],
    [
      "another key for another worker does not compete",
      {
        csr: clientCsr(),
        others: [second({ request: request({ ...otherWorker, publicKey: "cc" }) })],
        expected: "approve client",
      },
    ],
    [
      "the key that was approved for the server, its request gone",
      { csr: clientCsr(), clientKey: known, expected: "approve client" },
    ],
    ["another key than that", { csr: second(), clientKey: known, expected: "refuse one-key" }],
    [
      "another key than that holds up nobody",
      { csr: clientCsr(), clientKey: known, others: [second()], expected: "approve client" },
    ],
    [
      "another key than that, with readmit",
      { csr: second(), clientKey: known, readmit: true, expected: "approve readmit" },
    ],
    [
      "with readmit while the former one's approval stands",
      {
        csr: second(),
        clientKey: known,
        readmit: true,
        others: [clientCsr({ state: "approved" })],
        expected: "approve readmit",
      },
    ],
    [
      "with readmit, two others: neither",
      {
        csr: second(),
        clientKey: known,
        readmit: true,
        others: [second({ name: "csr-third", request: request({ publicKey: "dd" }) })],
        expected: "refuse one-key",
      },
    ],
    [
      "with readmit, while the former one asks too: neither",
      { csr: second(), clientKey: known, readmit: true, others: [clientCsr()], expected: "refuse one-key" },
    ],
    [
      "with readmit, seen from the former one",
      { csr: clientCsr(), clientKey: known, readmit: true, others: [second()], expected: "refuse one-key" },
    ],
    [
      "with readmit, which another one has used already",
      {
        csr: second(),
        clientKey: known,
        readmit: true,
        others: [second({ name: "csr-third", state: "approved", request: request({ publicKey: "dd" }) })],
        expected: "refuse one-key",
      },
    ],
    [
      "readmit does not outrank the other checks",
      { csr: second({ username: "mallory" }), clientKey: known, readmit: true, expected: "refuse user" },
    ],
    ["readmit is not needed by a first one", { csr: clientCsr(), readmit: true, expected: "approve client" }],
    ["a serving request does not compete", { csr: clientCsr(), others: [servingCsr()], expected: "approve client" }],
    [
      "a renewal by the node does not compete",
      {
        csr: clientCsr(),
        others: [second({ username: `system:node:${worker.nodeName}`, state: "approved" })],
        expected: "approve client",
      },
    ],
    [
      "another key without a valid signature does not compete",
      {
        csr: clientCsr(),
        others: [second({ request: request({ publicKey: "cc", signatureValid: false }) })],
        expected: "approve client",
      },
    ],
  ]);

  test("THEN both names are reported", () => {
    const verdict = judge({ csr: clientCsr(), others: [second()] });
    expect(verdict).toMatchObject({ detail: expect.stringMatching(/csr-client.*csr-second/) as unknown });
    const late = judge({ csr: second(), others: [clientCsr({ state: "approved" })] });
    expect(late).toMatchObject({
      detail: expect.stringMatching(/csr-second.*csr-client.*SHA256:cc instead of SHA256:aa/) as unknown,
    });
  });

  test("THEN another key than the approved one is reported with both, and as one that a user may admit", () => {
    const detail =
      "csr-second has another key than the one that is approved for this server: SHA256:cc instead of SHA256:aa";
    expect(judge({ csr: second(), clientKey: known })).toMatchObject({ detail, readmittable: true });
  });
});
