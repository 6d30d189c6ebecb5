import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { infraPool } from "./machine-config-pool.ts";

/**
 * To be brought up before the stack with the workers, and destroyed after it. Config, both optional: `kubeconfig`, path of an
 * administrator's (default: KUBECONFIG, else ~/.kube/config); `context`, one of its contexts (default: the current one).
 */
export default function main(): { readonly machineConfigPool: pulumi.Output<string> } {
  const config = new pulumi.Config();
  const kubeconfig = config.get("kubeconfig");
  const context = config.get("context");
  const provider = new kubernetes.Provider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
  // the machine-config operator writes spec.configuration, which is its own
  const pool = new kubernetes.apiextensions.CustomResource("infra", infraPool, {
    provider,
    ignoreChanges: ["spec.configuration"],
  });
  return { machineConfigPool: pool.metadata.name };
}
