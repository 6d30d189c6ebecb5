import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { EngineLog, serve } from "./protocol/host.ts";
import { NodeProviderServer } from "./protocol/provider.ts";

// the engine's address is the plugin's first argument that is not an option
const engine = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const provider = new NodeProviderServer(new EngineLog(engine), "0.2.0");
await serve((server) => {
  server.addService(providerRpc.ResourceProviderService, provider.implementation());
});
