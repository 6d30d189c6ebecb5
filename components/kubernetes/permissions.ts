import { signers } from "./types.ts";

/**
 * Everything that the account of this program may do in the cluster, and why. NodeRegistrar (components/node-registrar.ts)
 * declares exactly this, and test/component fails on a request that is not covered.
 *
 * Reading `/version` needs no entry: Kubernetes grants it to every account (ClusterRole `system:public-info-viewer`).
 */
export interface Permission {
  /** as in RBAC; `""` is the core group */
  readonly apiGroups: readonly string[];
  /** plural names, a subresource as `pods/eviction` */
  readonly resources: readonly string[];
  /** objects of these names only; absent: of any name */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly Verb[];
  /** in this namespace only; absent: in the whole cluster */
  readonly namespace?: string;
  /** without it the program works, and says what it does not know */
  readonly optional?: true;
  /** which part of the program needs it, and what for */
  readonly why: string;
}

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "approve";

export const permissions: readonly Permission[] = [
  {
    apiGroups: ["config.openshift.io"],
    resources: ["infrastructures"],
    resourceNames: ["cluster"],
    verbs: ["get"],
    why: "infra/discovery/cluster/read.ts: the cluster's infrastructure name, addresses and machine networks",
  },
  {
    apiGroups: ["config.openshift.io"],
    resources: ["networks"],
    resourceNames: ["cluster"],
    verbs: ["get"],
    why: "infra/discovery/cluster/read.ts: the pod network's MTU, which the machine network's must exceed",
  },
  {
    apiGroups: ["machine.openshift.io"],
    resources: ["machines"],
    verbs: ["list"],
    namespace: "openshift-machine-api",
    why: "infra/discovery/cluster/machine-api.ts: no Machine may have a worker's name, and none is to be taken for that of its Node",
  },
  {
    apiGroups: ["machine.openshift.io"],
    resources: ["machinehealthchecks"],
    verbs: ["list"],
    namespace: "openshift-machine-api",
    optional: true,
    why: "infra/discovery/cluster/machine-api.ts: which of them would delete such a Machine",
  },
  {
    apiGroups: ["machineconfiguration.openshift.io"],
    resources: ["machineconfigpools"],
    verbs: ["list"],
    optional: true,
    why: "infra/discovery/cluster/machine-config-pools.ts: the pools that ignition.machineConfigPool may name, and whether the machine-config operator updates Nodes while a rollout replaces them",
  },
  {
    apiGroups: [""],
    resources: ["secrets"],
    resourceNames: ["worker-user-data"],
    verbs: ["get"],
    namespace: "openshift-machine-api",
    why: "infra/discovery/cluster/read.ts: address and certificate authority of the Machine Config Server",
  },
  {
    apiGroups: [""],
    resources: ["secrets"],
    resourceNames: ["worker-user-data-managed"],
    verbs: ["get"],
    namespace: "openshift-machine-api",
    optional: true,
    why: "infra/discovery/cluster/read.ts: the same, in a cluster whose installer's Secret was removed",
  },
  {
    apiGroups: [""],
    resources: ["namespaces"],
    resourceNames: ["kube-system"],
    verbs: ["get"],
    why: "infra/discovery/cluster/read.ts, components/kubernetes/client.ts: its uid identifies the cluster",
  },
  {
    apiGroups: [""],
    resources: ["nodes"],
    verbs: ["get", "list", "watch"],
    why: "infra/discovery/cluster, components/node: which workers exist, and their state",
  },
  {
    apiGroups: [""],
    resources: ["nodes"],
    verbs: ["patch", "delete"],
    why: "components/node/metadata: labels, annotations, taints, and the Node's removal after its server; components/node/drain: cordon",
  },
  {
    apiGroups: ["certificates.k8s.io"],
    resources: ["certificatesigningrequests"],
    verbs: ["list", "watch"],
    why: "components/node/join: the certificate requests of the workers' kubelets; infra/discovery/cluster/status.ts: whether one waits",
  },
  {
    apiGroups: ["certificates.k8s.io"],
    resources: ["certificatesigningrequests/approval"],
    verbs: ["update"],
    why: "components/node/join: approves a request that passes every check; works for the signers below only",
  },
  {
    apiGroups: ["certificates.k8s.io"],
    resources: ["signers"],
    resourceNames: [signers.client, signers.serving],
    verbs: ["approve"],
    why: "components/node/join: a kubelet's client and serving certificates, of no other signer",
  },
  {
    apiGroups: [""],
    resources: ["pods"],
    verbs: ["list", "watch"],
    why: "components/node/drain, infra/discovery/cluster/leaving-load.ts: the pods of a node, which are in any namespace",
  },
  {
    apiGroups: [""],
    resources: ["pods/eviction"],
    verbs: ["create"],
    why: "components/node/drain: evicts them within their PodDisruptionBudgets",
  },
  {
    apiGroups: [""],
    resources: ["pods"],
    verbs: ["delete"],
    why: "components/node/drain: only with drain.disableEviction, or with drain.onTimeout: force after the timeout",
  },
  {
    apiGroups: ["apps"],
    resources: ["daemonsets"],
    verbs: ["get"],
    why: "components/node/drain: a pod of an existing DaemonSet stays on the node",
  },
  {
    apiGroups: ["policy"],
    resources: ["poddisruptionbudgets"],
    verbs: ["list"],
    why: "components/node/drain, infra/discovery/cluster/leaving-load.ts: names the budget that blocks an eviction, and how many disruptions it allows",
  },
  {
    apiGroups: ["storage.k8s.io"],
    resources: ["volumeattachments"],
    verbs: ["list", "watch"],
    why: "components/node/drain: waits until the node's volumes are detached; infra/discovery/cluster/leaving-load.ts: names them",
  },
  {
    apiGroups: [""],
    resources: ["persistentvolumes"],
    verbs: ["list", "watch"],
    why: "components/node/drain, infra/discovery/cluster: no data on a machine's own disks may end with it unasked",
  },
  {
    apiGroups: [""],
    resources: ["persistentvolumeclaims"],
    verbs: ["get"],
    why: "components/node/drain: does not wait for volumes of pods that stay on the node",
  },
  {
    apiGroups: [""],
    resources: ["events"],
    verbs: ["list"],
    // events about objects without a namespace, such as Nodes, are stored there (client-go, tools/events)
    namespace: "default",
    why: "components/node/join: the last events of a Node that does not become Ready",
  },
];

/** Names of the account, its default namespace, and its roles and bindings. */
export const accountNames = {
  account: "node-registrar",
  namespace: "openstack-baremetal-compute",
  role: "openstack-baremetal-compute",
} as const;

/** A refusal by an authorizer (kubernetes, endpoints/handlers/responsewriters/errors.go), not by an admission plugin. */
const unauthorized = /is forbidden: User ".*" cannot /;

/** The API server's message, with what to do if the account is missing a permission. */
export function withRemedy(message: string): string {
  if (!unauthorized.test(message)) return message;
  return (
    `${message}. The account that infra/registrar declares has this permission: use its kubeconfig; ` +
    "if it is in use already, have an administrator run `pulumi up` in infra/registrar again"
  );
}

/** A rule of a Role or a ClusterRole. */
export type PolicyRule = Pick<Permission, "apiGroups" | "resources" | "resourceNames" | "verbs">;

/** The rules of the Role in that namespace; undefined: of the ClusterRole. */
export function rulesOf(namespace: string | undefined): PolicyRule[] {
  return permissions
    .filter((it) => it.namespace === namespace)
    .map(({ apiGroups, resources, resourceNames, verbs }) => ({
      apiGroups,
      resources,
      ...(resourceNames && { resourceNames }),
      verbs,
    }));
}

/** The namespaces that a Role is needed in. */
export const roleNamespaces: readonly string[] = [...new Set(permissions.flatMap((it) => it.namespace ?? []))];
