import { z } from "zod";
import { ApiError } from "../../../components/kubernetes/api-error.ts";
import { type Api } from "../../../components/kubernetes/client.ts";
import { isNoResponse, isTlsTrustError } from "../../../components/kubernetes/unreachable.ts";
import { reasonOf } from "../../../components/lib/errors.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";
import type { Result } from "../attempt.ts";

/** The API server did not respond at all. */
export class ClusterUnreachable extends DiagnosticError {}

/** The object does not exist, or the account may not read it. */
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

/** The object exists, but not in the shape that OpenShift writes. */
export const unexpectedShape = (what: string, reason: string, cause?: unknown): DiagnosticError =>
  clusterError({
    problem: `${what} does not have the expected format: ${reason}`,
    expected: "the object of an OpenShift 4 cluster on OpenStack",
    remedy: "check that cluster.kubeconfig and cluster.context lead to an OpenShift 4 cluster on OpenStack",
    cause,
  });

function reasonOfShape(error: unknown): string {
  if (!(error instanceof z.ZodError)) return reasonOf(error);
  return `missing or of the wrong type: ${error.issues.map((issue) => issue.path.join(".")).join(", ")}`;
}

const otherAccount =
  "use the kubeconfig of the account that infra/registrar declares; if it is in use already, have an administrator run `pulumi up` in infra/registrar again";
const otherCluster = "set cluster.kubeconfig or cluster.context to the right cluster";

function unread(code: UnreadCode, what: string, server: string, cause: unknown): Unread {
  const [found, expected, remedy] =
    code === 403
      ? [`not allowed to read ${what} (403)`, "permission to read it", otherAccount]
      : [`${what} does not exist at ${server}`, "an OpenShift 4 cluster on OpenStack", otherCluster];
  return new Unread(code, { check: "cluster", path: "cluster", problem: found, expected, remedy }, cause);
}

/** An error of the client as a DiagnosticError at the config key `cluster`. */
function diagnosticErrorOf(what: string, { server, proxied, contact }: Api, signal: AbortSignal, error: unknown) {
  const status = error instanceof ApiError ? error.status : undefined;
  if (status === 401)
    return clusterError({
      problem: `the API server at ${server} refused the credentials (401)`,
      expected: "valid credentials: a token or a client certificate may have expired",
      remedy: "renew the kubeconfig, or set cluster.kubeconfig or cluster.context to another one",
      cause: error,
    });
  if (status === 403 || status === 404) return unread(status, what, server, error);
  if (isTlsTrustError(error))
    return clusterError({
      problem: `the certificate of the API server at ${server} is not trusted: ${reasonOf((error as Error).cause)}`,
      expected: "a certificate signed by the kubeconfig's certificate-authority, or by cluster.ca",
      remedy: "set cluster.ca to the CA that signs it, or renew the kubeconfig",
      cause: error,
    });
  const unreachable = isNoResponse(error, proxied) || (signal.aborted && !proxied);
  const Kind = unreachable && !contact.answered ? ClusterUnreachable : DiagnosticError;
  const diagnostic = {
    check: "cluster",
    path: "cluster",
    problem: `the API server at ${server} gave no answer for ${what}: ${status ?? reasonOf(error)}`,
    expected: "a running Kubernetes API",
    remedy:
      "check cluster.kubeconfig, cluster.context, cluster.proxy, cluster.ca and the network connection to the API server",
  };
  return new Kind([diagnostic], { cause: error });
}

/** Gets one object or list by its path; any failure becomes a DiagnosticError. */
export type Ask = <T>(what: string, path: string, read: (answer: unknown) => T) => Promise<T>;

/** Requests to this cluster, without retries and until the signal: a preview reports an error instead of waiting for it to pass. */
export function asker(api: Api, signal: AbortSignal): Ask {
  return async (what, path, read) => {
    let answer: unknown;
    try {
      answer = await api.request(path, { signal, retries: 0 });
    } catch (error) {
      throw diagnosticErrorOf(what, api, signal, error);
    }
    try {
      return read(answer);
    } catch (error) {
      throw unexpectedShape(what, reasonOfShape(error), error);
    }
  };
}

/**
 * Fetches the credentials, which may come from the kubeconfig's helper (`exec`). Done first and separately: an error of the
 * helper does not mean that the API server is unreachable.
 */
export async function fetchCredentials(api: Api, signal: AbortSignal): Promise<void> {
  try {
    await api.authenticate(signal);
  } catch (error) {
    throw clusterError({
      problem: reasonOf(error),
      expected: "credentials without user interaction",
      remedy:
        "log in with the kubeconfig's credential helper first, or use another account: cluster.kubeconfig, cluster.context",
      cause: error,
    });
  }
}

/** The object, or its status code if it is not there or may not be read: the program works without it. */
export async function orUnread<T>(asking: Promise<T>): Promise<Result<T>> {
  try {
    return { value: await asking };
  } catch (error) {
    if (!(error instanceof Unread)) throw error;
    return { error: `HTTP ${error.code}`, code: error.code };
  }
}

/** The object, or, for one of the status codes, the DiagnosticError as a value: the config may supply what the object does not. */
export async function allowStatus<T>(codes: readonly UnreadCode[], asking: Promise<T>): Promise<T | DiagnosticError> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Unread && codes.some((code) => code === error.code)) return error;
    throw error;
  }
}

/** Whether the object does not exist. */
export const isAbsent = (result: unknown): result is DiagnosticError => result instanceof Unread && result.code === 404;
