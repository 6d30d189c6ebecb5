import type { CertificateSigningRequestObject } from "../../../components/kubernetes/types.ts";
import { isApproved, truthOf } from "../actors/requests.ts";
import { isPlugin } from "./detach.ts";
import type { Invariant } from "./invariant.ts";

/** What must hold while workers join, whatever happens. */

const csrs = "certificatesigningrequests";

const keyTextOf = (object: object): string => (object as CertificateSigningRequestObject).spec.request;

const isClient = (object: object): boolean =>
  (object as CertificateSigningRequestObject).spec.signerName.includes("client");

const noApprovalOutsideTheFacts: Invariant = {
  name: "no approval outside the facts",
  onChange: (change) => {
    const { kind, before, object, by } = change;
    if (kind !== csrs || !isPlugin(change) || !isApproved(object) || (before && isApproved(before))) return undefined;
    return truthOf(object) === "wrong" ? `${by} approves ${object.metadata.name}` : undefined;
  },
};

/** The kubelet keeps its key; two that asked at once are both refused, but which of two came first nobody knows. */
function oneKeyAServer(): Invariant {
  /** the request that was approved for each server there was */
  let approved: string | undefined;
  return {
    name: "no second key for one server",
    onChange: ({ kind, type, before, object, by }) => {
      if (kind === "servers" && type === "ADDED") approved = undefined;
      if (kind !== csrs || type === "DELETED" || !isClient(object) || !isApproved(object)) return undefined;
      if (before && isApproved(before)) return undefined;
      const former = approved;
      approved ??= keyTextOf(object);
      return former === undefined || former === keyTextOf(object)
        ? undefined
        : `${by} approves ${object.metadata.name}, another key`;
    },
  };
}

export const attachInvariants = (): Invariant[] => [noApprovalOutsideTheFacts, oneKeyAServer()];
