import type { V1Node, V1Taint } from "@kubernetes/client-node";

export const hasTaint = (node: V1Node | undefined, { key, value, effect }: V1Taint): boolean =>
  node?.spec?.taints?.some((it) => it.key === key && it.effect === effect && (it.value ?? "") === (value ?? "")) ??
  false;

/** Whether the cloud controller has not looked at the Node yet. */
export const isUninitialized = (node: V1Node): boolean =>
  node.spec?.taints?.some(({ key }) => key === "node.cloudprovider.kubernetes.io/uninitialized") ?? false;

export const labelsOf = (node: V1Node | undefined): Record<string, string> => node?.metadata?.labels ?? {};

export const taintKeysOf = (node: V1Node | undefined): string[] => (node?.spec?.taints ?? []).map(({ key }) => key);
