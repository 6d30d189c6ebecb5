import type grpc from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { type Change, type Difference, topOf } from "../operation/diff.ts";
import { write } from "../operation/property-values.ts";
import type { Checked } from "../schemas/check.ts";
import { serviceError } from "./errors.ts";

export function done<T>(message: T, fill: (message: T) => unknown): T {
  fill(message);
  return message;
}

/**
 * The engine shows the value of a property that is wrong, a secret's too (seen with 3.200): such an error is one of
 * the resource, and names the property itself.
 *
 * @param secret names of the properties that must stay secret
 */
export function checked({ inputs, failures }: Checked, secret: readonly string[]): provider.CheckResponse {
  const response = new provider.CheckResponse();
  response.setInputs(write(inputs, secret));
  for (const { property, reason } of failures) {
    const hidden = secret.includes(topOf(property));
    const failure = new provider.CheckFailure();
    failure.setProperty(hidden ? "" : property);
    failure.setReason(hidden ? `property ${property} ${reason}` : reason);
    response.addFailures(failure);
  }
  return response;
}

const kinds: Record<Change, [plain: provider.PropertyDiff.Kind, replacing: provider.PropertyDiff.Kind]> = {
  add: [provider.PropertyDiff.Kind.ADD, provider.PropertyDiff.Kind.ADD_REPLACE],
  delete: [provider.PropertyDiff.Kind.DELETE, provider.PropertyDiff.Kind.DELETE_REPLACE],
  update: [provider.PropertyDiff.Kind.UPDATE, provider.PropertyDiff.Kind.UPDATE_REPLACE],
};

/** @param outputs properties whose change is one of the state, not of the inputs */
export function differing(
  { changes, replaces }: Difference,
  outputs: ReadonlySet<string> = new Set(),
): provider.DiffResponse {
  const response = new provider.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  response.setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME);
  response.setReplacesList(replaces);
  // one machine and one name: the old node leaves before the new one comes
  response.setDeletebeforereplace(replaces.length > 0);
  response.setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const top = topOf(path);
    const detail = new provider.PropertyDiff();
    detail.setKind(kinds[change][replaces.includes(top) ? 1 : 0]);
    detail.setInputdiff(!outputs.has(top));
    response.getDetaileddiffMap().set(path, detail);
    response.addDiffs(top);
  }
  return response;
}

/** Answers a call as gRPC wants it: with a response, or with an error that the engine shows. */
export function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    // a handler may throw before it has a promise
    const answer = async () => handle(call.request);
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => callback(serviceError(error)),
    );
  };
}
