import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import assert from "node:assert/strict";
import { isClientOf, judgeCsr, signers } from "../../../../../components/node/csr/judge.ts";
import { keyOf } from "../../../../../components/node/csr/keys.ts";
import { type CsrVerdict } from "../../../../../components/node/csr/types.ts";
import { csrs, situations } from "../../../../support/csr-arbitraries.ts";
import { everyVerdict, named } from "../../../../support/csr-table.ts";
import { clientCsr, otherServer, registration, worker } from "../../../../support/node-fixtures.ts";

const counts = new Map<string, number>();
const count = (verdict: CsrVerdict) => counts.set(named(verdict), (counts.get(named(verdict)) ?? 0) + 1);
/** Every run of the first property is counted: the generators must reach every verdict and every rule. */
const runs = 10_000;

/** Jest's `expect` takes longer than a verdict does: the properties compare by node:assert. */
const assertWithin = (values: readonly unknown[], allowed: readonly unknown[]): void => {
  assert.deepEqual(
    values.filter((it) => !allowed.includes(it)),
    [],
  );
};

afterAll(() => {
  const lines = [...counts].map(([key, n]) => `${key} ${n}`).sort();
  process.stdout.write(`verdicts on ${runs} generated requests: ${lines.join(", ")}\n`);
});

describe("GIVEN any request in any situation, WHEN it is judged", () => {
  test("THEN none is approved that asks for a name or address that is not the worker's", () => {
    fc.assert(
      fc.property(situations, ({ csr, situation }) => {
        const verdict = judgeCsr(csr, worker, situation);
        count(verdict);
        if (verdict.verdict !== "approve") return;
        const { request } = csr;
        assert.ok(request);
        const asked = [request.dns, request.ips, request.emails, request.uris, request.otherNames].flat();
        assertWithin(asked, [worker.nodeName, ...worker.fixedIps]);
        assert.deepEqual(request.commonNames, [`system:node:${worker.nodeName}`]);
        assert.deepEqual(request.organizations, ["system:nodes"]);
        assert.equal(request.signatureValid, true);
        assert.equal(csr.state, "pending");
        assert.ok(Date.parse(csr.created) > Date.parse(worker.serverCreated) - 10_000);
      }),
      { numRuns: runs },
    );
  });

  test("THEN a client request is approved without a Node, or with one of our server whose kubelet does not report, by its key or with readmit", () => {
    fc.assert(
      fc.property(situations, ({ csr, situation }) => {
        const verdict = judgeCsr(csr, worker, situation);
        if (verdict.verdict !== "approve" || csr.signer !== signers.client) return;
        const { node, clientKey, readmit } = situation;
        const isKnown = keyOf(csr) === clientKey || (clientKey === undefined && !node);
        assert.equal(verdict.rule, isKnown ? (node ? "lapsed" : "client") : "readmit");
        assert.ok(isKnown || readmit);
        if (!node) return;
        assert.ok(Date.parse(node.silentSince ?? "") <= Date.parse(csr.created));
        assert.equal(node.providerId ?? `openstack:///${node.markedServer ?? ""}`, registration.providerId);
      }),
      { numRuns: runs },
    );
  });

  test("THEN a serving request is approved only with a Node that has our addresses, and no other server's id", () => {
    fc.assert(
      fc.property(situations, ({ csr, situation }) => {
        const verdict = judgeCsr(csr, worker, situation);
        if (verdict.verdict !== "approve" || csr.signer !== signers.serving) return;
        const { internalIps = [], providerId } = situation.node ?? {};
        assert.equal(verdict.rule, "serving");
        assert.ok(internalIps.length > 0);
        assertWithin(internalIps, worker.fixedIps);
        assert.notEqual(providerId, `openstack:///${otherServer}`);
      }),
      { numRuns: runs },
    );
  });

  test("THEN nothing is approved in a flood, and the flood changes no other verdict", () => {
    fc.assert(
      fc.property(situations, ({ csr, situation }) => {
        const calm = judgeCsr(csr, worker, { ...situation, load: { pending: 0, limit: 100 } });
        const flood = judgeCsr(csr, worker, { ...situation, load: { pending: 101, limit: 100 } });
        if (calm.verdict === "approve") assert.equal(named(flood), "refuse flood");
        else assert.deepEqual(flood, calm);
      }),
      { numRuns: runs },
    );
  });

  test("THEN unrelated requests block no worker: one that fails any check changes no verdict", () => {
    fc.assert(
      fc.property(situations, fc.array(csrs, { maxLength: 4 }), ({ csr, situation }, made) => {
        const unrelated = made
          .filter((it) => !isClientOf(it, worker))
          .map((it, i) => ({ ...it, name: `csr-unrelated-${i}` }));
        const requests = [...unrelated, ...situation.requests];
        assert.deepEqual(judgeCsr(csr, worker, { ...situation, requests }), judgeCsr(csr, worker, situation));
      }),
      { numRuns: runs },
    );
  });

  test("THEN approving one at a time never approves two client keys", () => {
    const node = fc.constantFrom(undefined, { ...registration, silentSince: "2026-01-01T12:00:00Z" });
    const clientKey = fc.constantFrom(undefined, keyOf(clientCsr()), "SHA256:dd");
    fc.assert(
      fc.property(fc.array(csrs, { maxLength: 6 }), node, clientKey, (made, it, known) => {
        const requests = made.map((csr, i) => ({ ...csr, name: `csr-${i}` }));
        const keys = new Set<string | undefined>();
        for (const csr of requests) {
          const { verdict } = judgeCsr(csr, worker, { node: it, requests, clientKey: known });
          if (verdict !== "approve" || csr.signer !== signers.client) continue;
          csr.state = "approved";
          keys.add(keyOf(csr));
        }
        if (known !== undefined) keys.add(known);
        assert.ok(keys.size <= 1);
      }),
      { numRuns: 3_000 },
    );
  });

  test("THEN every verdict and every rule was reached", () => {
    expect([...counts.keys()].sort()).toEqual(everyVerdict);
  });
});
