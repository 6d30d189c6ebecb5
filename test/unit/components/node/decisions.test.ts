import { beforeAll, describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { CertificateSigningRequestObject } from "../../../../components/kubernetes/types.ts";
import { keyOf } from "../../../../components/node/csr/keys.ts";
import { readCsr } from "../../../../components/node/csr/pkcs10.ts";
import { type CsrQuestion, decideCsr, decideDrain, type DrainQuestion } from "../../../../components/node/decisions.ts";
import { repo } from "../../../lab/settings.ts";
import {
  clientCsr,
  generateKeys,
  node,
  otherServer,
  pkcs10,
  pod,
  registration,
  servingCsr,
  worker,
} from "../../../support/node-fixtures.ts";

/** The examples in the docstrings: a question and, after the arrow, its answer. */
async function examples(): Promise<[question: unknown, answer: unknown][]> {
  const source = await readFile(path.join(repo, "components/node/decisions.ts"), "utf8");
  return [...source.matchAll(/@example\n([^@]+)\* @throws/g)].map(([, text = ""]) => {
    const [question = "", answer = ""] = text.replaceAll(/^ \* ?/gm, "").split("->");
    return [JSON.parse(question), JSON.parse(answer)];
  });
}

test("GIVEN the examples of the documentation, WHEN they are decided, THEN the answers are those that it shows", async () => {
  const [csr, drain, ...more] = await examples();
  expect(await decideCsr(csr?.[0] as CsrQuestion)).toEqual(csr?.[1]);
  expect(decideDrain(drain?.[0] as DrainQuestion)).toEqual(drain?.[1]);
  expect(more).toEqual([]);
});

describe("GIVEN a request as the API server writes it, WHEN it is decided", () => {
  let written: CertificateSigningRequestObject;
  beforeAll(async () => {
    const { name, created: creationTimestamp, signer: signerName, username, groups, usages } = clientCsr();
    const commonName = `system:node:${worker.nodeName}`;
    const request = await pkcs10({ commonName, keys: await generateKeys() });
    const metadata = { name, uid: "u", resourceVersion: "7", creationTimestamp, managedFields: [] };
    written = { metadata, spec: { request, signerName, username, groups, usages }, status: {} };
  });

  test("THEN it is read and judged", async () => {
    expect(await decideCsr({ csr: written, worker })).toEqual({ verdict: "approve", rule: "client" });
  });

  test("THEN a Node as the API server writes it is read too, a competitor of either shape is seen", async () => {
    const unreachable = node({
      status: { conditions: [{ type: "Ready", status: "Unknown", lastHeartbeatTime: "2026-01-01T12:01:00Z" }] },
    });
    const request = await readCsr(written);
    const clientKey = keyOf(request) ?? "";
    expect(await decideCsr({ csr: written, worker, node: unreachable, clientKey })).toMatchObject({ rule: "lapsed" });
    expect(await decideCsr({ csr: written, worker, node: unreachable, clientKey: "SHA256:cc" })).toMatchObject({
      rule: "one-key",
      readmittable: true,
    });
    expect(await decideCsr({ csr: written, worker, node: unreachable, readmit: true })).toMatchObject({
      rule: "readmit",
    });
    expect(await decideCsr({ csr: written, worker, node: node() })).toMatchObject({ rule: "node-absent" });
    const rival = {
      ...clientCsr({ name: "csr-rival" }),
      request: { commonNames: [`system:node:${worker.nodeName}`], organizations: ["system:nodes"], publicKey: "cc" },
    };
    expect(await decideCsr({ csr: written, worker, others: [rival] })).toMatchObject({ rule: "one-key" });
    expect(await decideCsr({ csr: rival, worker, others: [written] })).toMatchObject({ rule: "one-key" });
  });

  test("THEN what is no PKCS#10 is refused where it is about the worker", async () => {
    const junk = { ...written, spec: { ...written.spec, request: "eA==", username: `system:node:${worker.nodeName}` } };
    expect(await decideCsr({ csr: junk, worker })).toMatchObject({ verdict: "refuse", rule: "readable" });
  });
});

describe("GIVEN plain data, WHEN it is decided", () => {
  test("THEN Node and load count", async () => {
    const csr = servingCsr() as CsrQuestion["csr"];
    expect(await decideCsr({ csr, worker })).toMatchObject({ verdict: "wait" });
    expect(await decideCsr({ csr, worker, node: null })).toMatchObject({ verdict: "wait" });
    expect(await decideCsr({ csr, worker, node: registration })).toEqual({ verdict: "approve", rule: "serving" });
    expect(await decideCsr({ csr, worker, node: { internalIps: ["10.0.0.10"] } })).toMatchObject({ rule: "serving" });
    const otherNode = { internalIps: ["10.0.0.10"], providerId: `openstack:///${otherServer}` };
    expect(await decideCsr({ csr, worker, node: otherNode })).toMatchObject({ rule: "server" });
    const load = { pending: 200, limit: 101 };
    expect(await decideCsr({ csr, worker, node: registration, load })).toMatchObject({ rule: "flood" });
  });

  test("THEN a question that has errors is refused with all of them", async () => {
    const wrong = { csr: { nmae: "x" }, worker: { nodeName: "w", serverId: "s", serverCreated: "soon", fixedIps: [] } };
    const failed = decideCsr(wrong as unknown as CsrQuestion);
    await expect(failed).rejects.toThrow(/the question is invalid/);
    await expect(failed).rejects.toThrow(/csr\.name/);
    await expect(failed).rejects.toThrow(/worker\.serverCreated/);
    expect(() => decideDrain({ pods: [{}] } as never)).toThrow(/pods\[0\]/);
    expect(() => decideDrain({ pods: [], policy: { forse: true } } as never)).toThrow(/forse/);
  });
});

describe("GIVEN the pods of a node, WHEN the drain is decided", () => {
  const agent = pod({
    metadata: {
      name: "agent",
      ownerReferences: [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", uid: "1", controller: true }],
    },
  });
  const bare = pod({ metadata: { name: "bare", ownerReferences: [] } });
  const leaving = pod({ metadata: { name: "leaving", deletionTimestamp: "2026-01-01T13:00:00Z" } });

  test("THEN each has its action, and the verdict is drain", () => {
    expect(decideDrain({ pods: [pod(), agent] })).toEqual({
      verdict: "drain",
      pods: [
        { pod: "shop/web-0", action: "evict" },
        { pod: "shop/agent", action: "skip", rule: "daemonset", detail: "managed by DaemonSet shop/agent" },
      ],
    });
  });

  test("THEN one that must not go blocks it, unless the policy lets it go", () => {
    expect(decideDrain({ pods: [pod(), bare] })).toMatchObject({
      verdict: "blocked",
      pods: [{ action: "evict" }, { rule: "unmanaged" }],
    });
    expect(decideDrain({ pods: [bare], policy: { force: true } }).verdict).toBe("drain");
    expect(decideDrain({ pods: [agent], policy: { ignoreDaemonSets: false } }).verdict).toBe("blocked");
    expect(decideDrain({ pods: [agent], daemonSets: [] }).verdict).toBe("blocked");
  });

  test("THEN the time counts for what terminates on a node that does not answer", () => {
    const policy = { skipWaitForDelete: 1 };
    const late = decideDrain({ pods: [leaving], policy, now: "2026-01-01T13:00:05Z" });
    expect(late.pods).toMatchObject([{ action: "skip", rule: "deleted" }]);
    expect(decideDrain({ pods: [leaving], policy, now: "2026-01-01T13:00:01Z" }).pods).toMatchObject([
      { action: "evict" },
    ]);
    expect(decideDrain({ pods: [leaving] }).pods).toMatchObject([{ action: "evict" }]);
  });
});
