import { annotations, type NodeObject } from "../../kubernetes/types.ts";
import { originOf, registrationOf } from "../cluster/readiness.ts";
import { lapsedRequest, readmittableRequests } from "../csr/judge.ts";
import type { Csr } from "../csr/types.ts";
import { readmitAdvice, spentReadmission } from "../join/readmission.ts";
import { describeMetadata, metadataDrift } from "../metadata/apply.ts";
import { ownersOf } from "../metadata/ownership.ts";
import { hasUnknown, type Properties } from "../operation/property-values.ts";
import { asProperties } from "../operation/types.ts";
import { admissionOf, spentOf } from "./admission.ts";
import { ownTaintsOf, parseAdmission, parseNode } from "./inputs.ts";

/** Something that an update is to repair although no input changed. */
export interface Repair {
  /** of an OpenShiftNode's properties */
  path: string;
  /** what is repaired, for a message, e.g. `the label tier, which is "lead"` */
  what: string;
}

/** The facts of a Node, from the state: in a preview, they may be unknown in the new inputs. */
const facts = ["nodeName", "serverId", "serverCreated", "fixedIps"] as const;

/** The inputs of the Node's metadata. */
const marks = ["owner", "specHash", "labels", "taints"] as const;

const unfinished = "its join, which was not completed";

/**
 * How a Node differs from the last update and from the inputs: its join is incomplete, it is gone, it registered again, an
 * abandoned detach left it cordoned, its kubelet has not reported since its certificate expired and requests another with
 * the same key, another key is to be admitted, or it has other labels, taints or annotations.
 *
 * @param node undefined: there is none of that name
 * @param news complete inputs, perhaps with unknown values
 * @param requests the certificate requests about a Node whose kubelet does not report
 */
export function driftOf(
  node: NodeObject | undefined,
  state: Properties,
  news: Properties,
  requests: readonly Csr[] = [],
): Repair[] {
  const former = parseNode(state);
  const wanted = parseNode(news);
  const owners = [...ownersOf(wanted), former.owner];
  const { readmit } = admissionOf(state, wanted);
  const readmission = readmit ? [{ path: "readmit", what: `its key: ${admits}` }] : [];
  if (!node || originOf(node, former, owners).kind !== "ours") {
    const lost = `its registration: there is no Node of server ${former.serverId}`;
    return [{ path: "state", what: state["state"] === "Joining" ? unfinished : lost }, ...readmission];
  }
  return [
    ...standing(node, state, owners),
    ...lapsed(node, state, requests),
    ...readmission,
    ...astray(node, state, news),
  ];
}

/** What a preview of an update says that admits another key. */
export const admits = "a new client key is admitted in this up";

/**
 * What a user has to know about the client keys of a worker that had joined: nothing of it is a reason for an update.
 *
 * @param requests the certificate requests about a Node whose kubelet does not report
 */
export function keyWarnings(
  node: NodeObject | undefined,
  state: Properties,
  news: Properties,
  requests: readonly Csr[],
): string[] {
  const wanted = parseNode(news);
  const spent = spentOf(state, wanted);
  const registration = node && registrationOf(node);
  const others = readmittableRequests(parseNode(state), {
    ...{ node: registration, requests },
    ...admissionOf(state, wanted),
  });
  return [
    ...(spent === undefined ? [] : [spentReadmission(wanted, spent)]),
    ...others.map(
      ({ csr, detail }) => `request ${csr.name} stays pending (one-key): ${detail}. ${readmitAdvice(wanted, csr)}`,
    ),
  ];
}

function standing(node: NodeObject, state: Properties, owners: readonly string[]): Repair[] {
  const { state: former, nodeUid: uid } = state;
  const { [annotations.cordonedBy]: by, [annotations.clientKey]: noted } = node.metadata.annotations ?? {};
  return [
    ...(former === "Ready"
      ? []
      : [{ path: "state", what: former === "Joining" ? unfinished : "its state, which was not Ready" }]),
    ...((uid ?? "") === "" || uid === node.metadata.uid
      ? []
      : [{ path: "nodeUid", what: "its Node, which was deleted and registered again" }]),
    ...abandoned(by !== undefined && owners.includes(by), noted !== undefined),
  ];
}

/** What is left of a detach that was given up. Where somebody else had cordoned the Node before, that is the key alone. */
function abandoned(isCordoned: boolean, isNoted: boolean): Repair[] {
  if (isCordoned) return [{ path: "state", what: "the cordon of an abandoned detach" }];
  return isNoted ? [{ path: "state", what: "the client key that an abandoned detach has noted on its Node" }] : [];
}

function lapsed(node: NodeObject, state: Properties, requests: readonly Csr[]): Repair[] {
  const { clientKey } = parseAdmission(state);
  const request = lapsedRequest(parseNode(state), { node: registrationOf(node), requests, clientKey });
  if (request === undefined) return [];
  return [{ path: "state", what: `its certificate, which expired: its kubelet requests another, ${request.name}` }];
}

/** An imported Node has none of our annotations, and their absence alone is no reason for an update. */
function astray(node: NodeObject, state: Properties, news: Properties): Repair[] {
  if (marks.some((key) => hasUnknown(news[key]))) return [];
  const known = Object.fromEntries(facts.map((key) => [key, state[key]]));
  const wanted = parseNode(asProperties(news, known));
  const paths = metadataDrift(node, wanted, ownTaintsOf(state, wanted.nodeName));
  const judged = state["imported"] === true ? paths.filter((it) => /^(labels|taints)/.test(it)) : paths;
  return judged.map((path) => ({ path, what: describeMetadata(node, path, wanted) }));
}
