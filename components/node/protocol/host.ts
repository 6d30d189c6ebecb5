import grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import type { ResourceLog } from "../operation/phases.ts";

/** gRPC's own limit of 4 MiB is too small for a large state; Pulumi's own hosts use 400 MiB. */
const messageLimit = 400 * 1024 * 1024;

/** How often a plugin looks whether the engine that started it is still there, in milliseconds. */
const parentCheck = 1000;

/**
 * Serves a plugin of the engine on a free port of the loopback, whose number is the first line of standard output.
 *
 * The engine ends its plugins with SIGINT and waits 5 s for one that stays, so that exiting at once is what keeps
 * commands quick. A plugin whose engine was killed ends too.
 *
 * @param ending runs before the process exits; must not wait
 */
export async function serve(
  register: (server: grpc.Server) => void,
  ending: () => void = () => undefined,
): Promise<void> {
  const end = (): never => {
    ending();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
  const engine = process.ppid;
  setInterval(() => process.ppid === engine || end(), parentCheck).unref();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": messageLimit,
    "grpc.max_send_message_length": messageLimit,
  });
  register(server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, it) =>
      error ? reject(error) : resolve(it),
    );
  });
  process.stdout.write(`${port}\n`);
}

/** The engine's log, by which messages get onto a resource's own line. */
export class EngineLog {
  readonly #client: engineRpc.EngineClient | undefined;

  /** @param address of the engine, undefined when the plugin was started by hand */
  constructor(address: string | undefined) {
    this.#client =
      address === undefined ? undefined : new engineRpc.EngineClient(address, grpc.credentials.createInsecure());
  }

  forResource(urn: string): ResourceLog {
    let last = "";
    return {
      status: (text) => {
        if (text !== last) this.#log(engine.LogSeverity.INFO, urn, text, true);
        last = text;
      },
      info: (text) => this.#log(engine.LogSeverity.INFO, urn, text, false),
      warn: (text) => this.#log(engine.LogSeverity.WARNING, urn, text, false),
    };
  }

  #log(severity: engine.LogSeverity, urn: string, message: string, ephemeral: boolean): void {
    const request = new engine.LogRequest()
      .setSeverity(severity)
      .setUrn(urn)
      .setMessage(message)
      .setEphemeral(ephemeral);
    // a message that cannot be shown must not fail the operation that it tells of
    this.#client?.log(request, () => undefined);
  }
}
