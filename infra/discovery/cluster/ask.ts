import type { ApiException, KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { isNoResponse, isTlsTrustError } from "../../../components/kubernetes/unreachable.ts";
import { reasonOf } from "../../../components/lib/errors.ts";
import { abortable } from "../../../components/lib/wait.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";

/** The API server gave no answer at all. */
export class ClusterUnreachable extends DiagnosticError {}

/** The object is not there, or the account may not read it. */
class Unread extends DiagnosticError {
  readonly code: UnreadCode;

  constructor(code: UnreadCode, diagnostic: Diagnostic, cause: unknown) {
    super([diagnostic], { cause });
    this.code = code;
  }
}

type UnreadCode = 403 | 404;

/** An error of the cluster at the config key `cluster`. */
export const clusterError = ({
  cause,
  ...fields
}: Pick<Diagnostic, "problem" | "expected" | "remedy"> & { readonly cause?: unknown }): DiagnosticError =>
  new DiagnosticError([{ check: "cluster", path: "cluster", ...fields }], { cause });

/** The object is there, and is not what OpenShift writes. */
export const unexpectedShape = (what: string, reason: string, cause?: unknown): DiagnosticError =>
  clusterError({
    problem: `${what} is not as OpenShift writes it: ${reason}`,
    expected: "OpenShift's own object",
    remedy: "check that the cluster is an OpenShift 4 on OpenStack",
    cause,
  });

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
  const [found, expected, remedy] =
    code === 403
      ? [`not allowed to read ${what} (403)`, "permission to get it", otherAccount]
      : [`${what} does not exist at ${server}`, "an OpenShift 4 cluster on OpenStack", otherCluster];
  return new Unread(code, { check: "cluster", path: "cluster", problem: found, expected, remedy }, cause);
}

function refusal(what: string, { server, signal, proxied, answered }: Place, error: unknown): DiagnosticError {
  const code = (error as Partial<ApiException<unknown>>).code;
  if (code === 401) {
    const fix = "renew the kubeconfig, or choose another one with cluster.kubeconfig or cluster.context";
    const found = `the API server at ${server} refused the credentials (401)`;
    return clusterError({ problem: found, expected: "credentials that work", remedy: fix, cause: error });
  }
  if (code === 403 || code === 404) return unread(code, what, server, error);
  if (isTlsTrustError(error))
    return clusterError({
      problem: `the certificate of the API server at ${server} is not trusted: ${reasonOf(error)}`,
      expected: "one that the kubeconfig's certificate-authority or cluster.ca vouches for",
      remedy: "set cluster.ca to who signs it, or renew the kubeconfig",
      cause: error,
    });
  const silent = isNoResponse(error, proxied) || (signal.aborted && !proxied);
  const Kind = silent && !answered ? ClusterUnreachable : DiagnosticError;
  const diagnostic = {
    check: "cluster",
    path: "cluster",
    problem: `the API server at ${server} gave no answer for ${what}: ${code ?? reasonOf(error)}`,
    expected: "a running Kubernetes API",
    remedy: "check cluster.kubeconfig, cluster.context, cluster.proxy, cluster.ca and the way to the API server",
  };
  return new Kind([diagnostic], { cause: error });
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
      throw unexpectedShape(what, flaw(error), error);
    }
  };
}

/** The answer, or as a value the DiagnosticError of an object that was answered with one of the codes: somebody else may know it. */
export async function allowStatus<T>(codes: readonly UnreadCode[], asked: Promise<T>): Promise<T | DiagnosticError> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Unread && codes.some((code) => code === error.code)) return error;
    throw error;
  }
}
