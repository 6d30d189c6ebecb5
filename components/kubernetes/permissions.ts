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
    why: "infra/discovery/cluster/read.ts: whether the machines' network holds the packets of the cluster's own",
  },
  {
    apiGroups: ["machine.openshift.io"],
    resources: ["machines"],
    verbs: ["list"],
    namespace: "openshift-machine-api",
    why: "infra/preflight: no Machine may have a worker's name",
  },
  {
    apiGroups: ["machineconfiguration.openshift.io"],
    resources: ["machineconfigpools"],
    verbs: ["list"],
    why: "infra/discovery/cluster/read.ts: the pools that ignition.machineConfigPool may name",
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
    resources: ["namespaces"],
    resourceNames: ["kube-system"],
    verbs: ["get"],
    why: "infra/discovery/cluster/read.ts and the plugin: its uid tells one cluster from another",
  },
  {
    apiGroups: [""],
    resources: ["nodes"],
    verbs: ["get", "list", "watch"],
    why: "every resource of the plugin, infra/discovery/cluster/read.ts: which workers are there, and how they are",
  },
  {
    apiGroups: [""],
    resources: ["nodes"],
    verbs: ["patch", "delete"],
    why: "join: labels, annotations, taints; leave: cordon; claim: the Node is removed after its server",
  },
  {
    apiGroups: ["certificates.k8s.io"],
    resources: ["certificatesigningrequests"],
    verbs: ["list", "watch"],
    why: "join: the requests of the workers' kubelets",
  },
  {
    apiGroups: ["certificates.k8s.io"],
    resources: ["certificatesigningrequests/approval"],
    verbs: ["update"],
    why: "join: approves a request that every fact agrees with; works for the signers below only",
  },
  {
    apiGroups: ["certificates.k8s.io"],
    resources: ["signers"],
    resourceNames: [signers.client, signers.serving],
    verbs: ["approve"],
    why: "join: a kubelet's client and serving certificates, and no other signer's",
  },
  {
    apiGroups: [""],
    resources: ["pods"],
    verbs: ["list", "watch"],
    why: "leave: the pods of a node, which are of any namespace",
  },
  {
    apiGroups: [""],
    resources: ["pods/eviction"],
    verbs: ["create"],
    why: "leave: evicts them within their disruption budgets",
  },
  {
    apiGroups: [""],
    resources: ["pods"],
    verbs: ["delete"],
    why: "leave: only under drain.disableEviction, or under drain.onTimeout force after the deadline",
  },
  {
    apiGroups: ["apps"],
    resources: ["daemonsets"],
    verbs: ["get"],
    why: "leave: a pod of a DaemonSet that exists stays on the node",
  },
  {
    apiGroups: ["policy"],
    resources: ["poddisruptionbudgets"],
    verbs: ["list"],
    why: "leave: names the budget that blocks an eviction, and how many disruptions it allows",
  },
  {
    apiGroups: ["storage.k8s.io"],
    resources: ["volumeattachments"],
    verbs: ["list", "watch"],
    why: "leave: waits until the node's volumes are detached",
  },
  {
    apiGroups: [""],
    resources: ["persistentvolumeclaims"],
    verbs: ["get"],
    why: "leave: volumes of pods that stay on the node are not waited for",
  },
  {
    apiGroups: [""],
    resources: ["events"],
    verbs: ["list"],
    // events about objects without a namespace, as Nodes and requests are, stand there (client-go, tools/events)
    namespace: "default",
    why: "errors: the last events of a Node that does not become Ready",
  },
];

/** What the account is called, the namespace that it gets where none is chosen, and its roles and their bindings. */
export const accountNames = {
  account: "node-registrar",
  namespace: "openstack-baremetal-compute",
  role: "openstack-baremetal-compute",
} as const;

/** An authorizer's refusal (kubernetes, endpoints/handlers/responsewriters/errors.go), as against an admission's. */
const unauthorized = /is forbidden: User ".*" cannot /;

/** The API server's message, with what to do if the account is missing a permission. */
export function withRemedy(message: string): string {
  if (!unauthorized.test(message)) return message;
  return (
    `${message}. The account that infra/registrar declares may do that: use its kubeconfig; ` +
    "if it is in use, have an administrator run `pulumi up` in infra/registrar again"
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
