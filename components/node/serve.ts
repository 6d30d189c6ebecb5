import grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { Line } from "./timeline.ts";

/** As the engine's own plugins: states may be large. */
const maxMessage = 400 * 1024 * 1024;

/**
 * Serves a provider as the engine expects it of a plugin: on a free port of the loopback, whose number is the first
 * line of standard output.
 */
export async function serve(implementation: grpc.UntypedServiceImplementation): Promise<void> {
  // the engine ends its plugins with SIGINT and kills one that still lives after 5 s: every command would take that longer
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
  const server = new grpc.Server({ "grpc.max_receive_message_length": maxMessage });
  server.addService(providerRpc.ResourceProviderService, implementation);
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

  line(urn: string): Line {
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
