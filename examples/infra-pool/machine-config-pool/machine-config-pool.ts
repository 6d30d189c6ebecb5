const role = "machineconfiguration.openshift.io/role";

/**
 * A custom MachineConfigPool: the MachineConfigs of worker and its own, for the Nodes with the role's label
 * (openshift/machine-config-operator, docs/custom-pools.md).
 */
export const infraPool = {
  apiVersion: "machineconfiguration.openshift.io/v1",
  kind: "MachineConfigPool",
  metadata: { name: "infra" },
  spec: {
    machineConfigSelector: { matchExpressions: [{ key: role, operator: "In", values: ["worker", "infra"] }] },
    nodeSelector: { matchLabels: { "node-role.kubernetes.io/infra": "" } },
    maxUnavailable: 1,
  },
};
