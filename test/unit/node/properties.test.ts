import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Csr, CsrVerdict, Registration } from "../../../components/node/csr.ts";
import { judgeCsr, signers } from "../../../components/node/csr.ts";
import { judgePod, type DrainPolicy } from "../../../components/node/drain.ts";
import { readCsr } from "../../../components/node/pkcs10.ts";
import {
  clientCsr,
  generateKeys,
  otherServer,
  pkcs10,
  pod,
  registration,
  request,
  servingCsr,
  worker,
  type Keys,
} from "./fixtures.ts";

// The generators change a right request in a few places, so that every verdict is reached; the counts are printed.

const counts = new Map<string, number>();
const count = (verdict: CsrVerdict) => {
  const key = verdict.verdict === "refuse" ? `refuse ${verdict.rule}` : verdict.verdict;
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** Mostly the right value, sometimes one of the others. */
const mostly = <T>(right: T, ...others: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: fc.constantFrom(right, ...others) });

const names = mostly<string[]>([], ["lab-worker-0"], ["lab-worker-1"], ["lab-worker-0", "api.lab"]);
const ips = mostly<string[]>([], ["10.0.0.10"], ["fd00::10"], ["10.0.0.5"], ["10.0.0.10", "10.0.0.11"]);

const csrs = fc
  .record({
    serving: fc.boolean(),
    signer: mostly<string | undefined>(
      undefined,
      "kubernetes.io/kube-apiserver-client",
      signers.client,
      signers.serving,
    ),
    username: mostly<string | undefined>(
      undefined,
      "system:admin",
      "system:node:lab-worker-1",
      "system:node:lab-worker-0",
    ),
    groups: mostly<string[] | undefined>(undefined, [], ["system:nodes"], ["system:masters", "system:authenticated"]),
    usages: mostly<string[] | undefined>(
      undefined,
      ["client auth"],
      ["digital signature", "server auth", "client auth"],
    ),
    created: mostly<string>("2026-01-01T12:05:00Z", "2025-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
    state: mostly<Csr["state"]>("pending", "approved", "denied", "failed"),
    commonNames: mostly(
      [`system:node:${worker.nodeName}`],
      ["system:node:lab-worker-1"],
      ["system:node:LAB-WORKER-0"],
      [],
    ),
    organizations: mostly(["system:nodes"], [], ["system:nodes", "system:masters"]),
    dns: names,
    ips,
    uris: mostly<string[]>([], ["spiffe://x"]),
    publicKey: mostly("aa", "bb", "cc"),
    signatureValid: mostly(true, false),
    readable: mostly(true, false),
  })
  .map((it): Csr => {
    const base = it.serving ? servingCsr() : clientCsr();
    const asked = it.serving ? { dns: [worker.nodeName, ...it.dns], ips: it.ips } : { dns: it.dns, ips: it.ips };
    const { commonNames, organizations, uris, publicKey, signatureValid } = it;
    return {
      ...base,
      signer: it.signer ?? base.signer,
      username: it.username ?? base.username,
      groups: it.groups ?? base.groups,
      usages: it.usages ?? base.usages,
      created: it.created,
      state: it.state,
      request: it.readable
        ? request({ commonNames, organizations, uris, publicKey, signatureValid, ...asked })
        : undefined,
    };
  });

const registrations = fc.option(
  fc.record<Registration>({
    internalIps: mostly(["10.0.0.10"], [], ["10.0.0.99"], ["10.0.0.10", "10.0.0.99"]),
    providerId: mostly<string | undefined>(registration.providerId, undefined, `openstack:///${otherServer}`),
  }),
  { nil: undefined, freq: 2 },
);

const situations = fc
  .tuple(csrs, fc.array(csrs, { maxLength: 3 }), registrations)
  .map(([csr, others, node]) => ({ csr, node, all: [csr, ...others.map((it, i) => ({ ...it, name: `csr-${i}` }))] }));

afterAll(() => {
  process.stdout.write(
    `verdicts reached: ${[...counts]
      .map(([key, n]) => `${key} ${n}`)
      .sort()
      .join(", ")}\n`,
  );
});

describe("GIVEN any request and any registration, WHEN it is judged", () => {
  test("THEN none is approved that asks for a name or address that is not the worker's", () => {
    fc.assert(
      fc.property(situations, ({ csr, node, all }) => {
        const verdict = judgeCsr(csr, worker, node, all);
        count(verdict);
        if (verdict.verdict !== "approve" || !csr.request) return;
        const facts = [worker.nodeName, ...worker.fixedIps];
        const asked = [...csr.request.dns, ...csr.request.ips, ...csr.request.emails, ...csr.request.uris];
        expect(facts).toEqual(expect.arrayContaining(asked));
        expect(csr.request.commonNames).toEqual([`system:node:${worker.nodeName}`]);
        expect(csr.request.organizations).toEqual(["system:nodes"]);
        expect(csr.request.signatureValid).toBe(true);
        expect(Date.parse(csr.created)).toBeGreaterThanOrEqual(Date.parse(worker.serverCreated) - 10_000);
      }),
      { numRuns: 10_000 },
    );
  });

  test("THEN no client request is approved while a Node has the name, no serving one before it, or for another address or server", () => {
    fc.assert(
      fc.property(situations, ({ csr, node, all }) => {
        if (judgeCsr(csr, worker, node, all).verdict !== "approve") return;
        if (csr.signer === signers.client) expect(node).toBeUndefined();
        if (csr.signer === signers.serving) {
          expect(worker.fixedIps).toEqual(expect.arrayContaining(node?.internalIps ?? ["no node"]));
          expect([undefined, registration.providerId]).toContain(node?.providerId);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test("THEN approving one at a time never approves two client keys", () => {
    fc.assert(
      fc.property(fc.array(csrs, { maxLength: 6 }), (made) => {
        const all = made.map((it, i) => ({ ...it, name: `csr-${i}` }));
        const keys = new Set<string | undefined>();
        for (const csr of all) {
          if (judgeCsr(csr, worker, undefined, all).verdict !== "approve" || csr.signer !== signers.client) continue;
          csr.state = "approved";
          keys.add(csr.request?.publicKey);
        }
        expect(keys.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 2_000 },
    );
  });

  test("THEN every verdict and every rule was reached", () => {
    const rules = [
      "readable",
      "signature",
      "user",
      "groups",
      "common-name",
      "organization",
      "names",
      "usages",
      "window",
    ];
    const expected = [
      "approve",
      "ignore",
      "wait",
      ...[...rules, "node-absent", "one-key", "address", "server"].map((it) => `refuse ${it}`),
    ];
    expect([...counts.keys()].sort()).toEqual(expected.sort());
  });
});

describe("GIVEN real PKCS#10 requests, WHEN they are read and judged", () => {
  let keys: Keys[];
  beforeAll(async () => {
    keys = await Promise.all([generateKeys(), generateKeys()]);
  });
  const verdicts = { approve: 0, wait: 0, refuse: 0, ignore: 0 };

  test("THEN none is approved whose names are not a subset of the facts", async () => {
    const asks = fc.record({
      serving: fc.boolean(),
      commonName: mostly(`system:node:${worker.nodeName}`, "system:node:lab-worker-1", "lab-worker-0"),
      organizations: mostly(["system:nodes"], ["system:masters"], ["system:nodes", "x"]),
      dns: names,
      ips,
      uris: mostly<string[]>([], ["spiffe://x"]),
      key: fc.nat(1),
    });
    await fc.assert(
      fc.asyncProperty(asks, async ({ serving, key, ...it }) => {
        const base = serving ? servingCsr() : clientCsr();
        const dns = serving ? [worker.nodeName, ...it.dns] : it.dns;
        const csr = await readCsr({
          metadata: { name: "csr", uid: "u", resourceVersion: "1", creationTimestamp: base.created },
          spec: {
            request: await pkcs10({ ...it, dns, keys: keys[key] ?? (await generateKeys()) }),
            signerName: base.signer,
            username: base.username,
            groups: base.groups,
            usages: base.usages,
          },
        });
        const { verdict } = judgeCsr(csr, worker, serving ? registration : undefined, [csr]);
        verdicts[verdict] += 1;
        if (verdict !== "approve") return;
        expect([worker.nodeName, ...worker.fixedIps]).toEqual(expect.arrayContaining([...dns, ...it.ips, ...it.uris]));
        expect(it.commonName).toBe(`system:node:${worker.nodeName}`);
        expect(it.organizations).toEqual(["system:nodes"]);
      }),
      { numRuns: 500 },
    );
    expect(Math.min(verdicts.approve, verdicts.refuse, verdicts.ignore)).toBeGreaterThan(0);
  });
});

describe("GIVEN any pod and any policy, WHEN its eviction is judged", () => {
  const policies = fc.record<DrainPolicy>({
    ignoreDaemonSets: fc.boolean(),
    deleteEmptyDirData: fc.boolean(),
    force: fc.boolean(),
    skipWaitForDelete: fc.constantFrom(0, 1),
  });
  const pods = fc
    .record({
      controller: fc.constantFrom("ReplicaSet", "DaemonSet", undefined),
      mirror: fc.boolean(),
      emptyDir: fc.boolean(),
      phase: fc.constantFrom("Running", "Pending", "Succeeded", "Failed"),
    })
    .map((it) => ({
      ...it,
      pod: pod({
        metadata: {
          ownerReferences: it.controller ? [{ kind: it.controller, name: "x", uid: "u", controller: true }] : [],
          ...(it.mirror && { annotations: { "kubernetes.io/config.mirror": "h" } }),
        },
        spec: it.emptyDir ? { volumes: [{ name: "v", emptyDir: {} }] } : {},
        status: { phase: it.phase },
      }),
    }));

  test("THEN data in an emptyDir and pods without a controller are never given up without leave", () => {
    fc.assert(
      fc.property(pods, policies, fc.boolean(), (it, policy, exists) => {
        const { action } = judgePod(it.pod, policy, 0, new Set(exists ? ["shop/x"] : []));
        const running = it.phase === "Running" || it.phase === "Pending";
        if (action === "evict" && running && it.emptyDir) expect(policy.deleteEmptyDirData).toBe(true);
        if (action === "evict" && running && it.controller === undefined) expect(policy.force).toBe(true);
        if (it.mirror) expect(action).not.toBe("evict");
      }),
      { numRuns: 5_000 },
    );
  });

  test("THEN a laxer policy never blocks what a stricter one lets go", () => {
    fc.assert(
      fc.property(pods, policies, (it, policy) => {
        const sets = new Set(["shop/x"]);
        const lax = { ...policy, ignoreDaemonSets: true, deleteEmptyDirData: true, force: true };
        expect(judgePod(it.pod, lax, 0, sets).action).not.toBe("block");
      }),
    );
  });
});
