import { signers } from "../../kubernetes/types.ts";
import { bootstrapper, nodesGroup } from "./checks.ts";
import type { Csr } from "./types.ts";

/**
 * The flood guard of OpenShift's machine approver (openshift/cluster-machine-approver, pkg/controller/controller.go,
 * reconcileLimits, and csr_check.go, recentlyPendingNodeCSRs): whoever holds the bootstrap credential can file any
 * number of requests, and nothing is approved while there are more than the cluster can need. Pure, but for the count.
 */

/** Requests that may be pending beyond one per worker (csr_check.go, maxDiffBetweenPendingCSRsAndMachinesCount). */
const surplus = 100;

/** Older requests do not count, in ms (csr_check.go, maxPendingDelta). */
const recent = 3_600_000;

/**
 * The machine approver takes the larger of machines and nodes. Here the machines are the workers that the stack's config
 * asks for, and those that join right now, whatever the config says.
 */
export function floodLimit(counts: { nodes: number; expectedWorkers: number; joins: number }): number {
  return Math.max(counts.nodes, counts.expectedWorkers, counts.joins) + surplus;
}

/**
 * A kubelet's pending request (controller.go, pendingNodeCertFilter). Requests to other signers do not count: node users
 * make many of them, OVN-Kubernetes and Multus one for each node. Nor do renewals of client certificates, which
 * kube-controller-manager approves.
 */
export function isPendingOfNode({ state, signer, username, groups }: Csr): boolean {
  if (state !== "pending") return false;
  if (signer === signers.serving) return groups.includes(nodesGroup);
  return signer === signers.client && username === bootstrapper.username;
}

/**
 * Counts the pending node requests incrementally: 500 joins read the count at every change of a request, so it must not
 * iterate over all of them.
 */
export class PendingRequests {
  /** creation time by uid, ms since the epoch */
  readonly #created = new Map<string, number>();
  /** the earliest of them, ms since the epoch: none expires before it does */
  #oldest = Infinity;

  /** @param csr as it is now, undefined when it is gone */
  update(uid: string, csr: Csr | undefined): void {
    if (csr === undefined || !isPendingOfNode(csr)) {
      this.#created.delete(uid);
      return;
    }
    const created = Date.parse(csr.created);
    this.#created.set(uid, created);
    this.#oldest = Math.min(this.#oldest, created);
  }

  /** @param now ms since the epoch */
  count(now: number): number {
    if (this.#oldest <= now - recent) {
      this.#oldest = Infinity;
      for (const [uid, created] of this.#created) {
        if (created <= now - recent) this.#created.delete(uid);
        else this.#oldest = Math.min(this.#oldest, created);
      }
    }
    return this.#created.size;
  }
}
