import { CustomObjectsApi } from "@kubernetes/client-node";
import { cloudController } from "../../../lab/cluster/steps.ts";
import { machineNetwork } from "../../../lab/settings.ts";
import type { Undo } from "../cleanup.ts";
import { administrator } from "./cluster.ts";

/** What makes the lab's cluster one without a cloud controller: its Machine Config Server goes by the Infrastructure object. */

const custom = administrator.makeApiClient(CustomObjectsApi);
const infrastructure = { group: "config.openshift.io", version: "v1", plural: "infrastructures", name: "cluster" };

interface Infrastructure {
  readonly spec: { readonly platformSpec: object };
  readonly status: { readonly platform: string; readonly platformStatus: object };
}

/** Platforms as the installer writes them for machines that no cloud controller knows (openshift/api, config/v1). */
const reports = {
  None: { type: "None" },
  External: {
    type: "External",
    external: { platformName: "example", cloudControllerManager: { state: "None" } },
  },
  BareMetal: {
    type: "BareMetal",
    baremetal: {
      apiServerInternalIPs: [machineNetwork.apiVip],
      ingressIPs: [machineNetwork.ingressVip],
      machineNetworks: [machineNetwork.cidr],
    },
  },
};

export type Platform = keyof typeof reports;

async function write({ spec, status }: Infrastructure): Promise<void> {
  await custom.patchClusterCustomObject({
    ...infrastructure,
    body: [
      { op: "replace", path: "/spec/platformSpec", value: spec.platformSpec },
      { op: "replace", path: "/status/platform", value: status.platform },
      { op: "replace", path: "/status/platformStatus", value: status.platformStatus },
    ],
  });
}

/** The cluster reports another platform from now on, and machines are configured for it. */
export async function reportPlatform(platform: Platform): Promise<Undo> {
  const before = (await custom.getClusterCustomObject(infrastructure)) as Infrastructure;
  const platformStatus = reports[platform];
  await write({ spec: { platformSpec: { type: platform } }, status: { platform, platformStatus } });
  return () => write(before);
}

/** Nobody initializes Nodes, or removes those without a server. */
export async function stopCloudController(): Promise<Undo> {
  await cloudController.down?.();
  return () => cloudController.up(() => undefined);
}
