import type { ApiException, KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { isDistrust, isSilence } from "../../../components/kubernetes/unreachable.ts";
import { reasonOf } from "../../../components/lib/errors.ts";
import { abortable } from "../../../components/lib/wait.ts";
import type { Fault } from "../../diagnostics/diagnostic.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";

/** The API server gave no answer at all. */
export class ClusterSilent extends DiagnosticError {}

/** The object is not there, or the account may not read it. */
class Unread extends DiagnosticError {
  readonly code: UnreadCode;

  constructor(code: UnreadCode, fault: Fault, cause: unknown) {
    super([fault], { cause });
    this.code = code;
  }
}

type UnreadCode = 403 | 404;

export const clusterProblem = (what: string, expected: string, fix: string, cause?: unknown): DiagnosticError =>
  new DiagnosticError([{ check: "cluster", path: "cluster", what, expected, fix }], { cause });

/** The object is there, and is not what OpenShift writes. */
export const misstated = (what: string, reason: string, cause?: unknown): DiagnosticError =>
  clusterProblem(
    `${what} is not as OpenShift writes it: ${reason}`,
    "OpenShift's own object",
    "check that the cluster is an OpenShift 4 on OpenStack",
    cause,
  );

/** Which API server is asked, and until when. */
interface Place {
  readonly server: string;
  readonly signal: AbortSignal;
  /** by a proxy, which may answer in its place */
  readonly proxied: boolean;
  answered: boolean;
}

function flaw(error: unknown): string {
  if (!(error instanceof z.ZodError)) return reasonOf(error);
  return `it lacks or misstates ${error.issues.map((issue) => issue.path.join(".")).join(", ")}`;
}

const otherAccount =
  "use the account that infra/registrar declares; if it is in use, have an administrator declare it again";
const otherCluster = "choose the right cluster with cluster.kubeconfig or cluster.context";

function unread(code: UnreadCode, what: string, server: string, cause: unknown): Unread {
  const [found, expected, fix] =
    code === 403
      ? [`not allowed to read ${what} (403)`, "permission to get it", otherAccount]
      : [`${what} does not exist at ${server}`, "an OpenShift 4 cluster on OpenStack", otherCluster];
  return new Unread(code, { check: "cluster", path: "cluster", what: found, expected, fix }, cause);
}

function refusal(what: string, { server, signal, proxied, answered }: Place, error: unknown): DiagnosticError {
  const code = (error as Partial<ApiException<unknown>>).code;
  if (code === 401) {
    const fix = "renew the kubeconfig, or choose another one with cluster.kubeconfig or cluster.context";
    const found = `the API server at ${server} refused the credentials (401)`;
    return clusterProblem(found, "credentials that work", fix, error);
  }
  if (code === 403 || code === 404) return unread(code, what, server, error);
  if (isDistrust(error))
    return clusterProblem(
      `the certificate of the API server at ${server} is not trusted: ${reasonOf(error)}`,
      "one that the kubeconfig's certificate-authority or cluster.ca vouches for",
      "set cluster.ca to who signs it, or renew the kubeconfig",
      error,
    );
  const silent = isSilence(error, proxied) || (signal.aborted && !proxied);
  const Kind = silent && !answered ? ClusterSilent : DiagnosticError;
  const fault = {
    check: "cluster",
    path: "cluster",
    what: `the API server at ${server} gave no answer for ${what}: ${code ?? reasonOf(error)}`,
    expected: "a running Kubernetes API",
    fix: "check cluster.kubeconfig, cluster.context, cluster.proxy, cluster.ca and the way to the API server",
  };
  return new Kind([fault], { cause: error });
}

/** Asks for one object; anything but the wanted one becomes a DiagnosticError. */
export type Ask = <T>(what: string, request: Promise<unknown>, read: (answer: unknown) => T) => Promise<T>;

/** The way to ask this cluster. */
export function asker(kubeconfig: KubeConfig, signal: AbortSignal): Ask {
  const { server = "", proxyUrl } = kubeconfig.getCurrentCluster() ?? {};
  const place: Place = { server, signal, proxied: proxyUrl !== undefined, answered: false };
  return async (what, request, read) => {
    let answer: unknown;
    try {
      answer = await abortable(request, signal);
      place.answered = true;
    } catch (error) {
      throw refusal(what, place, error);
    }
    try {
      return read(answer);
    } catch (error) {
      throw misstated(what, flaw(error), error);
    }
  };
}

/** The answer, or as a value the DiagnosticError of an object that was answered with one of the codes: somebody else may know it. */
export async function orUnread<T>(codes: readonly UnreadCode[], asked: Promise<T>): Promise<T | DiagnosticError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Unread && codes.some((code) => code === error.code)) return error;
    throw error;
  }
}
