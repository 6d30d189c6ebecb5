import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { EngineLog, serve } from "../../../components/node/protocol/host.ts";
import { NodeProviderServer } from "../../../components/node/protocol/provider.ts";

// The node provider with 0.6 s instead of a minute of patience with a cluster that does not answer.
const provider = new NodeProviderServer(new EngineLog(process.argv[2]), "0.0.0", 600);
await serve((server) => {
  server.addService(providerRpc.ResourceProviderService, provider.implementation());
});
