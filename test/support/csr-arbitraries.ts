import fc from "fast-check";
import { signers } from "../../components/node/csr/judge.ts";
import { keyOf } from "../../components/node/csr/keys.ts";
import { type Csr, type Registration, type Situation } from "../../components/node/csr/types.ts";
import { clientCsr, otherServer, registration, request, servingCsr, worker } from "./node-fixtures.ts";

/** Requests and situations that are mostly right and wrong in a few places, so that every verdict is reached. */

/** Mostly the right value, sometimes one of the others. */
const mostly = <T>(right: T, ...others: T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(right) }, { weight: 1, arbitrary: fc.constantFrom(right, ...others) });

const names = mostly<string[]>([], ["lab-worker-0"], ["lab-worker-1"], ["lab-worker-0", "api.lab"]);
const ips = mostly<string[]>([], ["10.0.0.10"], ["fd00::10"], ["10.0.0.5"], ["10.0.0.10", "10.0.0.11"]);

const fields = fc.record({
  serving: fc.boolean(),
  signer: mostly<string | undefined>(undefined, "kubernetes.io/kube-apiserver-client", signers.client, signers.serving),
  username: mostly<string | undefined>(
    undefined,
    "system:admin",
    "system:node:lab-worker-1",
    "system:node:lab-worker-0",
  ),
  groups: mostly<string[] | undefined>(undefined, [], ["system:nodes"], ["system:masters", "system:authenticated"]),
  usages: mostly<string[] | undefined>(undefined, ["client auth"], ["digital signature", "server auth", "client auth"]),
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
});

export const csrs = fields.map((it): Csr => {
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
    markedServer: fc.constantFrom(undefined, worker.serverId, otherServer),
    silentSince: fc.constantFrom(undefined, "2026-01-01T12:00:00Z", "2026-01-01T12:30:00Z"),
  }),
  { nil: undefined, freq: 2 },
);

const loads = mostly({ pending: 1, limit: 101 }, { pending: 102, limit: 101 }, { pending: 101, limit: 101 });

const admissions = fc.record({
  clientKey: fc.constantFrom(undefined, undefined, keyOf(clientCsr()), "SHA256:bb"),
  readmit: fc.constantFrom(undefined, false, true),
});

/** A request among up to three others, before or after the Node has registered. */
export const situations = fc.tuple(csrs, fc.array(csrs, { maxLength: 3 }), registrations, loads, admissions).map(
  ([csr, others, node, load, admission]): {
    csr: Csr;
    situation: Situation & { load: { pending: number; limit: number } };
  } => ({
    csr,
    situation: { node, load, ...admission, requests: [csr, ...others.map((it, i) => ({ ...it, name: `csr-${i}` }))] },
  }),
);
