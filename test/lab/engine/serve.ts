import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall, status } from "@grpc/grpc-js";

/** gRPC's own limit of 4 MiB is too small for a large checkpoint; Pulumi's hosts use 400 MiB. */
const messageLimit = 400 * 1024 * 1024;

/** How often a plugin looks whether the engine that started it is still there, in milliseconds. */
const parentCheck = 1000;

/**
 * Serves a plugin of the Pulumi engine and tells the engine the port, as the first line of standard output.
 *
 * The engine ends a plugin with SIGINT and waits 5 s for it, so that exiting at once is what keeps commands quick. A
 * plugin whose engine was killed ends too.
 * @param ending runs before the process exits; must not wait
 */
export function serve(register: (server: Server) => void, ending: () => void = () => undefined): void {
  const server = new Server({
    "grpc.max_receive_message_length": messageLimit,
    "grpc.max_send_message_length": messageLimit,
  });
  register(server);
  const end = (): never => {
    ending();
    process.exit(0);
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  const engine = process.ppid;
  setInterval(() => process.ppid === engine || end(), parentCheck).unref();
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

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
