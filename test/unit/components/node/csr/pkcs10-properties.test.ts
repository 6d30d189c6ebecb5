import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { keyOf } from "../../../../../components/node/csr/keys.ts";
import { judgeCsr } from "../../../../../components/node/csr/judge.ts";
import { readCsr } from "../../../../../components/node/csr/pkcs10.ts";
import { type Csr, type Registration } from "../../../../../components/node/csr/types.ts";
import { everyVerdict, named } from "../../../../support/csr-table.ts";
import {
  clientCsr,
  encode,
  generateKeys,
  type Keys,
  otherServer,
  type Pkcs10,
  pkcs10,
  registration,
  servingCsr,
  worker,
} from "../../../../support/node-fixtures.ts";

// Real requests, made and read by a library, as CertificateSigningRequest objects of the API server. Each run is right
// but for up to two errors, so that every check is reached.

const runs = 600;
const counts = new Map<string, number>();
let keys: [Keys, Keys];

type Ask = Omit<Pkcs10, "keys">;
/** Like runs share a request: to make and to read one takes longer than to judge it. */
const requestsMade = new Map<string, Promise<string>>();
const requestsRead = new Map<string, Promise<Csr>>();

/** A request as the library makes it. */
function realRequest(ask: Ask, key: number): Promise<string> {
  const [first, second] = keys;
  const id = JSON.stringify([ask, key % 2]);
  const request = requestsMade.get(id) ?? pkcs10({ ...ask, keys: key % 2 === 0 ? first : second });
  requestsMade.set(id, request);
  return request;
}

beforeAll(async () => {
  keys = await Promise.all([generateKeys(), generateKeys()]);
});

afterAll(() => {
  const lines = [...counts].map(([key, n]) => `${key} ${n}`).sort();
  process.stdout.write(`verdicts on ${runs} real PKCS#10 requests: ${lines.join(", ")}\n`);
});

/** What a request and its situation are made of. */
interface Made {
  csr: Csr;
  ask: { commonName: string; organizations: string[]; dns: string[]; ips: string[]; uris: string[] };
  /** of the PEM block, after it was signed */
  damage: "none" | "tampered" | "unreadable";
  node: Registration | undefined;
  /** whether the request has the key that was approved for the server */
  key: "unknown" | "known" | "another" | "readmit";
  /** somebody else asks with another key, and has perhaps been approved */
  rival: "none" | "pending" | "approved";
  pending: number;
}

type Fault = (it: Made) => Partial<Made>;

const asking =
  (change: Partial<Made["ask"]>): Fault =>
  ({ ask }) => ({ ask: { ...ask, ...change } });
const filed =
  (change: Partial<Csr>): Fault =>
  ({ csr }) => ({ csr: { ...csr, ...change } });
const registered =
  (change: Partial<Registration>): Fault =>
  () => ({ node: { ...registration, ...change } });

const silent: Registration = { ...registration, silentSince: "2026-01-01T12:00:00Z" };

const problems: Record<string, Fault> = {
  none: () => ({}),
  "another name": asking({ commonName: "system:node:lab-worker-1" }),
  "no prefix": asking({ commonName: "lab-worker-0" }),
  capitals: asking({ commonName: "system:node:LAB-WORKER-0" }),
  organization: asking({ organizations: ["system:masters"] }),
  "two organizations": asking({ organizations: ["system:nodes", "x"] }),
  "foreign name": asking({ dns: ["lab-worker-0", "api.lab"] }),
  "foreign address": asking({ ips: ["10.0.0.10", "10.0.0.11"] }),
  uri: asking({ uris: ["spiffe://x"] }),
  tampered: () => ({ damage: "tampered" }),
  unreadable: () => ({ damage: "unreadable" }),
  user: filed({ username: "system:admin" }),
  "another node": filed({ username: "system:node:lab-worker-1" }),
  groups: filed({ groups: ["system:authenticated"] }),
  usages: filed({ usages: ["digital signature"] }),
  signer: filed({ signer: "kubernetes.io/legacy-unknown" }),
  window: filed({ created: "2025-12-31T12:00:00Z" }),
  "no Node": () => ({ node: undefined }),
  "a Node": registered({}),
  "a silent Node": registered({ silentSince: "2026-01-01T12:00:00Z" }),
  "a Node without address": registered({ internalIps: [] }),
  "a Node with another address": registered({ internalIps: ["10.0.0.99"] }),
  "another server's Node": registered({ providerId: `openstack:///${otherServer}` }),
  "a silent Node with its key": () => ({ node: silent, key: "known" }),
  "a silent Node with another key": () => ({ node: silent, key: "another" }),
  "a silent Node, another key of which is admitted": () => ({ node: silent, key: "readmit" }),
  "a rival": () => ({ rival: "pending" }),
  "an approved rival": () => ({ rival: "approved" }),
  flood: () => ({ pending: 102 }),
};

type Run = Made & { pair: number };

function run(serving: boolean, chosen: readonly Fault[], pair: number): Run {
  const names = serving ? { dns: [worker.nodeName], ips: ["10.0.0.10"] } : { dns: [], ips: [] };
  const ask = { commonName: `system:node:${worker.nodeName}`, organizations: ["system:nodes"], uris: [], ...names };
  const csr = serving ? servingCsr() : clientCsr();
  const node = serving ? registration : undefined;
  const right: Made = { csr, ask, damage: "none", node, key: "unknown", rival: "none", pending: 1 };
  return { ...chosen.reduce((it, refusal) => ({ ...it, ...refusal(it) }), right), pair };
}

const made = fc
  .tuple(fc.boolean(), fc.array(fc.constantFrom(...Object.values(problems)), { maxLength: 2 }), fc.nat(1))
  .map((it) => run(...it));
/** Each error alone, whatever chance brings. */
const each = Object.values(problems).flatMap((refusal): [Run][] => [
  [run(true, [refusal], 0)],
  [run(false, [refusal], 0)],
]);

/** As the API server has it: the request in it is real. */
function object(csr: Csr, request: string): Promise<Csr> {
  const metadata = { name: csr.name, uid: "u", resourceVersion: "1", creationTimestamp: csr.created };
  const { signer: signerName, username, groups, usages } = csr;
  const conditions = csr.state === "approved" ? [{ type: "Approved", status: "True" }] : [];
  const asked = { metadata, spec: { request, signerName, username, groups, usages }, status: { conditions } };
  const id = JSON.stringify(asked);
  const read = requestsRead.get(id) ?? readCsr(asked);
  requestsRead.set(id, read);
  return read;
}

function damaged(request: string, damage: Made["damage"]): string {
  if (damage === "none") return request;
  const pem = Buffer.from(request, "base64").toString();
  if (damage === "unreadable") return encode(`junk\n${pem}`);
  const [, body = ""] = /-----\n([^-]+)-----END/.exec(pem) ?? [];
  const der = Buffer.from(body, "base64");
  // the last byte of the signature
  der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
  return encode(pem.replace(body, `${der.toString("base64").replaceAll(/.{64}/g, "$&\n")}\n`));
}

test("GIVEN real requests, WHEN they are read and judged, THEN none is approved beyond the facts, and every rule is reached", async () => {
  await fc.assert(
    fc.asyncProperty(made, async ({ csr: plain, ask, damage, node, key, rival, pending, pair }) => {
      const csr = await object(plain, damaged(await realRequest(ask, pair), damage));
      const requests = [csr];
      if (rival !== "none") {
        const other = clientCsr({ name: "csr-rival", state: rival });
        const commonName = `system:node:${worker.nodeName}`;
        requests.push(await object(other, await realRequest({ commonName }, pair + 1)));
      }
      const clientKey = { unknown: undefined, known: keyOf(csr), another: "SHA256:cc", readmit: "SHA256:cc" }[key];
      const admission = { clientKey, readmit: key === "readmit" };
      const verdict = judgeCsr(csr, worker, { node, requests, load: { pending, limit: 101 }, ...admission });
      counts.set(named(verdict), (counts.get(named(verdict)) ?? 0) + 1);
      if (verdict.verdict !== "approve") return;
      expect([worker.nodeName, ...worker.fixedIps]).toEqual(
        expect.arrayContaining([...ask.dns, ...ask.ips, ...ask.uris]),
      );
      expect(ask.commonName).toBe(`system:node:${worker.nodeName}`);
      expect(ask.organizations).toEqual(["system:nodes"]);
      expect(damage).toBe("none");
      expect(pending).toBe(1);
      if (verdict.rule === "serving") return;
      expect(key).not.toBe("another");
      expect(key === "known" ? ["none", "pending"] : ["none"]).toContain(rival);
    }),
    { numRuns: runs, examples: each },
  );
  expect([...counts.keys()].sort()).toEqual(everyVerdict);
});
