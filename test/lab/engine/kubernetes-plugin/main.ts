import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { createRequire } from "node:module";
import { serve } from "../../../../components/node/protocol/host.ts";
import { unary } from "../unary.ts";
import { KubernetesProvider } from "./provider.ts";

/**
 * The Kubernetes plugin of the Pulumi engine where the official one cannot be downloaded: the kinds that the lab's
 * programs declare, with the official plugin's behaviour as its sources (pulumi/pulumi-kubernetes) and a trace show it.
 */

const { version } = createRequire(import.meta.url)("@pulumi/kubernetes/package.json") as { version: string };
const provider = new KubernetesProvider(version);

await serve((server) => {
  server.addService(ResourceProviderService, {
    getPluginInfo: unary(provider.getPluginInfo),
    checkConfig: unary(provider.checkConfig),
    diffConfig: unary(provider.diffConfig),
    configure: unary(provider.configure),
    check: unary(provider.check),
    diff: unary(provider.diff),
    create: unary(provider.create),
    read: unary(provider.read),
    update: unary(provider.update),
    delete: unary(provider.delete),
    cancel: unary(provider.cancel),
  });
});
