import { type sendUnaryData, type ServerUnaryCall, status } from "@grpc/grpc-js";

/** A gRPC method out of a function; what it throws becomes the message that the engine shows. */
export const unary =
  <Request, Response>(answer: (request: Request) => Promise<Response> | Response) =>
  (call: ServerUnaryCall<Request, Response>, reply: sendUnaryData<Response>): void => {
    Promise.resolve(call.request)
      .then(answer)
      .then(
        (response) => reply(null, response),
        (error: unknown) =>
          reply({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
      );
  };
