import { lapsedRequest, type Csr, type WorkerFacts } from "./csr.ts";
import { describeMark, markDrift } from "./marks.ts";
import { annotations, type NodeObject } from "./objects.ts";
import { ownershipOf, registrationOf } from "./ready.ts";
import { asNode, asProperties } from "./types.ts";
import { hasUnknown, type Properties } from "./wire.ts";

/** What an update is to repair although no input changed. */
export interface Drift {
  /** of an OpenShiftNode's properties */
  paths: string[];
  /** what the paths do not tell by themselves, for the resource's line */
  remarks: string[];
}

/** The facts of a Node, by the state: in a preview the new inputs may not know them. */
const facts = ["nodeName", "serverId", "serverCreated", "fixedIps"] as const;

/** What the marks are made of. */
const marks = ["owner", "specHash", "labels", "taints"] as const;

/**
 * How a Node differs from what the last update left and the inputs want: not joined to the end, gone, registered anew,
 * left cordoned by a detach that was given up, silent since its certificate lapsed and asking for another, or with other
 * labels, taints and annotations.
 *
 * @param node undefined: there is none of that name
 * @param news complete inputs, perhaps with unknown values
 * @param requests the certificate requests about a Node whose kubelet is silent
 */
export function driftOf(
  node: NodeObject | undefined,
  state: Properties,
  news: Properties,
  requests: readonly Csr[] = [],
): Drift {
  const former = asNode(state);
  const owners = [asNode(news).owner, former.owner];
  if (!node || ownershipOf(node, former, owners).whose !== "ours") {
    const lost = `there is no Node of server ${former.serverId} any more`;
    return { paths: ["state"], remarks: state["state"] === "Joining" ? [] : [lost] };
  }
  const found = [...standing(node, state, owners), ...lapsed(node, former, requests), ...astray(node, state, news)];
  return {
    paths: [...new Set(found.map((it) => it.path))],
    remarks: found.flatMap((it) => it.remark ?? []),
  };
}

interface Finding {
  path: string;
  remark?: string;
}

function standing(node: NodeObject, state: Properties, owners: readonly string[]): Finding[] {
  const uid = state["nodeUid"] ?? "";
  const by = node.metadata.annotations?.[annotations.cordonedBy];
  return [
    ...(state["state"] === "Ready" ? [] : [{ path: "state" }]),
    ...(uid === "" || uid === node.metadata.uid
      ? []
      : [{ path: "nodeUid", remark: "its Node was deleted, and has registered anew" }]),
    ...(by === undefined || !owners.includes(by)
      ? []
      : [{ path: "state", remark: "it is still cordoned by a detach that was given up" }]),
  ];
}

function lapsed(node: NodeObject, worker: WorkerFacts, requests: readonly Csr[]): Finding[] {
  const request = lapsedRequest(requests, worker, registrationOf(node));
  if (request === undefined) return [];
  return [{ path: "state", remark: `its certificate lapsed, and it asks for another (request ${request.name})` }];
}

/** An imported Node has none of our annotations, and gets none for their own sake. */
function astray(node: NodeObject, state: Properties, news: Properties): Finding[] {
  if (marks.some((key) => hasUnknown(news[key]))) return [];
  const known = Object.fromEntries(facts.map((key) => [key, state[key]]));
  const paths = markDrift(node, asNode(asProperties(news, known)));
  const judged = state["imported"] === true ? paths.filter((it) => /^(labels|taints)/.test(it)) : paths;
  return judged.map((path) => ({ path, remark: describeMark(node, path) }));
}
