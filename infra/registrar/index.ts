import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NodeRegistrar } from "../../components/node-registrar.ts";

/**
 * A project of its own, for an administrator of the cluster: declares the account that the program then uses.
 *
 * Config, all optional: `kubeconfig`, path of the administrator's (default: KUBECONFIG, else ~/.kube/config); `context`,
 * one of its contexts (default: the current one); `namespace`, one that exists (default: one of its own).
 */
export default function main(): Record<string, pulumi.Output<string>> {
  const config = new pulumi.Config();
  const kubeconfig = config.get("kubeconfig");
  const context = config.get("context");
  const provider = new kubernetes.Provider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  const { namespace, account, user } = new NodeRegistrar(
    "registrar",
    { namespace: config.get("namespace") },
    { provider },
  );
  return { namespace, account, user };
}
