import { UserError } from "../lib/errors.ts";
/** An answer of the API server that is not a success. */
export class ApiError extends Error {
  readonly status: number;
  /** seconds, from Retry-After */
  readonly retryAfter: number | undefined;
  /** messages of status.details.causes, as an eviction refused by a disruption budget has */
  readonly causes: string[];

  constructor(status: number, message: string, retryAfter?: number, causes: string[] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.retryAfter = retryAfter;
    this.causes = causes;
  }
}

/**
 * Denied by an admission webhook or a ValidatingAdmissionPolicy, whatever the status, which either may choose (kubernetes,
 * apiserver/pkg/admission/plugin/webhook/errors/statuserror.go and plugin/policy/validating/dispatcher.go).
 */
export function isAdmissionDenial(error: unknown): boolean {
  return error instanceof ApiError && denial.test(error.message);
}

const denial = /\bdenied (the )?request\b/;

/** The answer to credentials that have expired, were revoked, or were never valid. An admission plugin may choose 401, too. */
export const isUnauthenticated = ({ status, message }: Pick<ApiError, "status" | "message">): boolean =>
  status === 401 && !denial.test(message);

/** The object was changed, or has gone: 409 for another resourceVersion or uid, 404. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 409 || error.status === 404) && !isAdmissionDenial(error);
}

/** A lost connection, an answer of a server that starts or stops, or overload: worth another try. */
export function isTransient(error: unknown, retry429 = true): boolean {
  if (error instanceof ApiError) return error.status >= 500 || (error.status === 429 && retry429);
  if (!(error instanceof Error) || error instanceof UserError) return false;
  // undici takes a proxy that finds no server for an abort
  return error.name !== "AbortError" || error.message.startsWith("Proxy response (5");
}
