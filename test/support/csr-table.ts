import { expect, test } from "@jest/globals";
import { judgeCsr } from "../../components/node/csr/judge.ts";
import { type Csr, type CsrVerdict, type Situation, type WorkerFacts } from "../../components/node/csr/types.ts";
import { worker } from "./node-fixtures.ts";

/**
 * Tables of requests. Sources of their rows. CMA: openshift/cluster-machine-approver@a9edd695, pkg/controller
 * (csr_check.go, controller.go); K8S: kubernetes, pkg/apis/certificates/helpers.go (what its own signers validate); KEY:
 * design.md 7; WINDOW: okd#373; REG: rules.md 2.1; LAPSE: kubernetes, pkg/kubelet/certificate (transport.go: a kubelet
 * whose certificate expired exits; bootstrap.go: it asks again with the key it began with).
 */

/** The request judged, what else is known, and the verdict as `approve <rule>`, `refuse <rule>`, `ignore` or `wait`. */
export interface CsrCase extends Omit<Partial<Situation>, "requests"> {
  csr: Csr;
  /** other requests that are known */
  others?: Csr[];
  /** default: the worker of the fixtures */
  facts?: WorkerFacts;
  expected: string;
}

export function named(verdict: CsrVerdict): string {
  return "rule" in verdict ? `${verdict.verdict} ${verdict.rule}` : verdict.verdict;
}

export function judge({ csr, others = [], facts = worker, ...situation }: Omit<CsrCase, "expected">): CsrVerdict {
  return judgeCsr(csr, facts, { node: undefined, ...situation, requests: [csr, ...others] });
}

/** One test a row. */
export function judges(rows: [title: string, row: CsrCase][]): void {
  test.each(rows)("%s", (_, row) => {
    expect(named(judge(row))).toBe(row.expected);
  });
}

const rulesOfRefusal = [
  ...["readable", "signature", "user", "groups", "common-name", "organization", "names", "usages", "window"],
  ...["node-absent", "one-key", "address", "server", "flood"],
];
const approvals = ["client", "lapsed", "readmit", "serving"].map((it) => `approve ${it}`);

/** Every verdict that there is, by its name: generators must reach each. */
export const everyVerdict: readonly string[] = [
  ...approvals,
  "ignore",
  "wait",
  ...rulesOfRefusal.map((it) => `refuse ${it}`),
].sort();
