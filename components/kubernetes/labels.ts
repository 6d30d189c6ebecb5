/**
 * What a Node may be labelled and tainted with.
 *
 * Grammar: kubernetes, apimachinery/pkg/util/validation/validation.go (IsQualifiedName, IsValidLabelValue,
 * IsDNS1123Subdomain), and pkg/apis/core/validation/validation.go (validateNodeTaints) of 1.34.
 * Reserved: kubernetes.io/docs/reference/labels-annotations-taints; the prefixes `kubernetes.io/` and `k8s.io/` are the
 * project's own (kubernetes.io/docs/concepts/overview/working-with-objects/labels).
 */

/** A label that a Node must not get, and why. */
export interface LabelError {
  key: string;
  reason: string;
  /** what to do instead, if there is more to say than to correct or remove it */
  remedy?: string;
}

/** A taint that a Node must not get, its place in the list, and why. */
export interface TaintError extends LabelError {
  index: number;
}

const longestPrefix = 253;
const longestName = 63;
const namePattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const prefixPattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const namePhrase = "must be letters, digits, '-', '_' and '.', with a letter or digit at both ends";

/** What a taint does to pods that do not tolerate it. */
export const taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;
export type TaintEffect = (typeof taintEffects)[number];

/** Whose namespaces the reserved ones are. */
const reservedDomains: readonly [domain: string, whose: string][] = [
  ["kubernetes.io", "Kubernetes"],
  ["k8s.io", "Kubernetes"],
  ["openshift.io", "OpenShift"],
  ["openstack-baremetal-compute", "this program"],
];

/**
 * OpenShift Data Foundation has administrators label and taint its nodes: cluster.ocs.openshift.io/openshift-storage and
 * node.ocs.openshift.io/storage (Red Hat OpenShift Data Foundation 4.10 on OpenStack, chapter 8).
 */
const storageDomain = ".ocs.openshift.io";

/**
 * Labels under reserved domains that people set, and that nobody else owns: kubernetes, staging/src/k8s.io/api/core/v1/
 * well_known_labels.go (LabelNodeExcludeBalancers, the disruption one of cloud controllers); of the Node Feature Discovery
 * any, since it removes none but its own (docs, usage/customization-guide); OpenShift's Node Tuning Operator, whose
 * profiles go by them (openshift-docs, custom-tuning-specification).
 */
const settableLabels = [
  "node.kubernetes.io/exclude-from-external-load-balancers",
  "node.kubernetes.io/exclude-disruption",
];
const settablePrefixes = ["feature.node.kubernetes.io", "tuned.openshift.io", "node-restriction.kubernetes.io"];

/** Who sets a label that people try to set, from what, and what to do instead. */
interface Owned {
  readonly reason: string;
  readonly remedy: string;
}

const ownKey = "for a grouping of your own use a key of your own, as example.com/rack";
const zone: Owned = {
  reason: "the OpenStack cloud controller sets it, from the availability zone of the server",
  remedy: `remove it, and choose the zone by workers[].availabilityZone; ${ownKey}`,
};
const region: Owned = {
  reason: "the OpenStack cloud controller sets it, from the region of the cloud",
  remedy: `remove it; ${ownKey}`,
};
const instanceType: Owned = {
  reason: "the OpenStack cloud controller sets it, from the flavor of the server",
  remedy: `remove it, and choose the flavor by flavor; ${ownKey}`,
};
const ofKubelet = (from: string): Owned => ({
  reason: `the kubelet sets it, from ${from}`,
  remedy: `remove it; ${ownKey}`,
});

const ownedLabels: Readonly<Record<string, Owned>> = {
  "topology.kubernetes.io/zone": zone,
  "failure-domain.beta.kubernetes.io/zone": zone,
  "topology.kubernetes.io/region": region,
  "failure-domain.beta.kubernetes.io/region": region,
  "node.kubernetes.io/instance-type": instanceType,
  "beta.kubernetes.io/instance-type": instanceType,
  "kubernetes.io/hostname": ofKubelet("the name of the server"),
  "kubernetes.io/os": ofKubelet("its operating system"),
  "beta.kubernetes.io/os": ofKubelet("its operating system"),
  "kubernetes.io/arch": ofKubelet("the processor of the machine"),
  "beta.kubernetes.io/arch": ofKubelet("the processor of the machine"),
  "node.openshift.io/os_id": ofKubelet("its operating system"),
};

/**
 * The roles of a control plane: the scheduler's and OpenShift's own tolerations go by them (rules of node roles:
 * kubeadm's constants.go, LabelNodeRoleControlPlane; machine-config-operator, pools master and worker).
 */
export const controlPlaneLabels = ["node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"];

/** All errors of the labels, in their order; none: a Node may have them. */
export function labelErrors(labels: Readonly<Record<string, string>>): LabelError[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const owned = ownedLabel(key);
    if (owned) return [{ key, ...owned }];
    const reasons = [...keyProblems(key), ...reservedLabel(key), ...roleProblems(key), ...valueProblems(value)];
    if (prefixOf(key) === "node-role.kubernetes.io" && value !== "") {
      reasons.push('a role is told by the key: the value must be ""');
    }
    return reasons.map((reason) => ({ key, reason }));
  });
}

/** All errors of the taints, in their order; none: a Node may have them. */
export function taintErrors(
  taints: readonly { key: string; value?: string | undefined; effect: string }[],
): TaintError[] {
  return taints.flatMap(({ key, value = "", effect }, index) => {
    const reasons = [...keyProblems(key), ...reservedTaint(key), ...roleProblems(key), ...valueProblems(value)];
    if (!taintEffects.some((it) => it === effect)) reasons.push(`the effect must be one of ${taintEffects.join(", ")}`);
    const first = taints.findIndex((it) => it.key === key && it.effect === effect);
    if (first < index) reasons.push(`the same key and effect as taint ${first}: a Node has each pair once`);
    return reasons.map((reason) => ({ key, index, reason }));
  });
}

function prefixOf(key: string): string | undefined {
  const slash = key.indexOf("/");
  return slash < 0 ? undefined : key.slice(0, slash);
}

function keyProblems(key: string): string[] {
  const parts = key.split("/");
  if (parts.length > 2) return ["the key has more than one '/'"];
  const name = parts.at(-1) ?? "";
  const [prefix] = parts.length === 2 ? parts : [];
  const reasons: string[] = [];
  if (prefix !== undefined && (prefix.length > longestPrefix || !prefixPattern.test(prefix))) {
    reasons.push(
      `the part before '/' must be a DNS name in small letters (RFC 1123, at most ${longestPrefix} characters)`,
    );
  }
  if (name.length > longestName) reasons.push(`the key's name has more than ${longestName} characters`);
  if (!namePattern.test(name)) reasons.push(`the key's name ${namePhrase}`);
  return reasons;
}

function valueProblems(value: string): string[] {
  if (value.length > longestName) return [`the value has more than ${longestName} characters`];
  return value === "" || namePattern.test(value) ? [] : [`the value ${namePhrase}, or be empty`];
}

/** No kubelet can set `node-restriction.kubernetes.io/`: it is for administrators (NodeRestriction admission plugin). */
function reservedLabel(key: string): string[] {
  const isSettable = settableLabels.includes(key) || settablePrefixes.includes(prefixOf(key) ?? "");
  return isSettable ? [] : reservedTaint(key);
}

const ownedLabel = (key: string): Owned | undefined => (Object.hasOwn(ownedLabels, key) ? ownedLabels[key] : undefined);

function reservedTaint(key: string): string[] {
  const prefix = prefixOf(key);
  if (prefix === undefined || prefix === "node-role.kubernetes.io" || prefix.endsWith(storageDomain)) return [];
  const found = reservedDomains.find(([domain]) => prefix === domain || prefix.endsWith(`.${domain}`));
  return found ? [`the prefix ${prefix}/ is reserved: its keys are set by ${found[1]}`] : [];
}

function roleProblems(key: string): string[] {
  return controlPlaneLabels.includes(key) ? ["a worker cannot have the role of a control plane"] : [];
}
