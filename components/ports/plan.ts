import { clusterTag, portName } from "./names.ts";

export interface PortPlanArgs {
  readonly worker: string;
  readonly infraId: string;
  /** address of the worker; undefined: Neutron chooses */
  readonly fixedIp: string | undefined;
  /** virtual addresses of the cluster's ingress, which any worker may have to answer for */
  readonly ingressVips: readonly string[];
}

export interface PlannedPort {
  readonly name: string;
  readonly fixedIp: string | undefined;
  readonly allowedAddresses: readonly string[];
  readonly tags: readonly string[];
}

/** The ports of a worker: one, in the cluster's machine network. */
export function planPorts({ worker, infraId, fixedIp, ingressVips }: PortPlanArgs): PlannedPort[] {
  return [
    {
      name: portName(worker, 0),
      fixedIp,
      allowedAddresses: [...new Set(ingressVips)].sort(),
      tags: [clusterTag(infraId)],
    },
  ];
}
