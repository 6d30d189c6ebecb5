import { isCordonedBy } from "../../kubernetes/cordons.ts";
import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { readyStatus } from "../cluster/readiness.ts";

/** Whether a claim that is released may remove the Node of its name. Pure. */

export type ReleaseVerdict =
  | { verdict: "remove" }
  /** not as it stands: `awaited` is for the resource's line, `problem` for the error when it stays so for `elapsed` */
  | { verdict: "wait"; awaited: string; problem: (elapsed: string) => string }
  /** it is somebody else's */
  | { verdict: "refuse"; detail: string };

/** Whether the pods on the Node decide: this stack cordoned it, and its kubelet reports. */
export function dependsOnPods(node: NodeObject, owners: readonly string[]): boolean {
  return isCordonedBy(node, owners) && reports(node);
}

/**
 * A claim has no server of its own to ask for: it may be released while its worker runs (`pulumi up --replace` of the
 * claim). A Node is removed only when this stack cordoned it, and either its kubelet does not report, or nothing is left on
 * it that a drain evicts.
 *
 * The latter is for every detach: its node is cordoned and drained before its server goes, and its Node stays Ready for
 * 40 s after that, OpenShift's node-monitor-grace-period, which no detach is to wait for. Whoever finds such a Node while
 * its server still runs (its deletion has failed) removes a Node that serves nobody.
 *
 * The cordon decides before the annotation of the owner does: it was made by the providerID (ownership.ts).
 *
 * @param owners this stack's name, then its former ones
 * @param left the pods on it that a drain evicts, `namespace/name`; they count if {@link dependsOnPods}
 */
export function releaseVerdict(
  node: NodeObject,
  owners: readonly [string, ...string[]],
  left: readonly string[],
): ReleaseVerdict {
  if (isCordonedBy(node, owners)) {
    return left.length === 0 || !reports(node) ? { verdict: "remove" } : undrained(node, left);
  }
  const by = node.metadata.annotations?.[annotations.owner];
  if (by !== undefined && !owners.includes(by)) {
    return { verdict: "refuse", detail: `a worker of ${by}, not of ${owners[0]}` };
  }
  return uncordoned(node);
}

/** Ready or not: the node controller sets Unknown once a kubelet has not reported for some time. */
function reports(node: NodeObject): boolean {
  return ["True", "False"].includes(readyStatus(node) ?? "");
}

function undrained(node: NodeObject, left: readonly string[]): ReleaseVerdict {
  const { name } = node.metadata;
  const [first = "", ...others] = left;
  const pods = others.length === 0 ? `pod ${first} is` : `pod ${first} and ${others.length} more are`;
  return {
    verdict: "wait",
    awaited: `the kubelet of Node ${name} to stop reporting: ${pods} still on it`,
    problem: (elapsed) =>
      `its kubelet ${state(node)} after ${elapsed}, and ${pods} still on it: it may be a live machine that was not drained, ` +
      `and was not removed. ${remedy(name)}`,
  };
}

function uncordoned(node: NodeObject): ReleaseVerdict {
  const { name } = node.metadata;
  const ready = readyStatus(node) ?? "not reported";
  return {
    verdict: "wait",
    awaited: `the cloud controller to remove Node ${name}, which this stack did not cordon (Ready: ${ready})`,
    problem: (elapsed) =>
      `its kubelet ${state(node)} after ${elapsed}, and this stack did not cordon it: it may be a live machine whose pods ` +
      `were not evicted, and was not removed. ${remedy(name)}`,
  };
}

function state(node: NodeObject): string {
  if (readyStatus(node) === "True") return "is still Ready";
  return reports(node) ? "still reports" : "does not report";
}

function remedy(name: string): string {
  return (
    "To replace the worker, replace its server: pulumi up --replace '<its URN, from `pulumi stack --show-urns`>'. " +
    `If nobody needs the machine: oc adm drain ${name} --ignore-daemonsets --delete-emptydir-data; oc delete node ${name}`
  );
}
