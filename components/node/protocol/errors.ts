import grpc from "@grpc/grpc-js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import rpcStatus from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import { reasonOf } from "../../lib/errors.ts";
import { write } from "../operation/property-values.ts";
import { PartialResult } from "../resources/resource.ts";

/**
 * An error as the engine understands it. Half-done creations and updates carry what there is in the details
 * (grpc-status-details-bin), as the SDK's own provider server does: @grpc/grpc-js has no notion of them.
 */
export function serviceError(error: unknown): Partial<grpc.ServiceError> {
  const message = reasonOf(error);
  const metadata = new grpc.Metadata();
  if (error instanceof PartialResult) {
    const detail = new provider.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(write(error.state, error.secret));
    detail.setReasonsList([message]);
    const packed = new any.Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new rpcStatus.Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(message);
    status.addDetails(packed);
    metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
