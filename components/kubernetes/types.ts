/** The parts of Kubernetes objects that the provider reads, as the API server writes them in JSON. */

export interface Metadata {
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  finalizers?: string[];
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  ownerReferences?: { apiVersion?: string; kind: string; name: string; uid: string; controller?: boolean }[];
  managedFields?: ManagedFields[] | undefined;
}

/**
 * The fields that one manager was the last to change (kubernetes, apimachinery meta/v1/types.go, ManagedFieldsEntry). Every
 * client may choose its name, so that this is a record, no proof.
 */
export interface ManagedFields {
  manager?: string;
  /** when the manager last changed or added one of these fields, RFC 3339, by the API server's clock */
  time?: string;
  /** of all fields only what is read here */
  fieldsV1?: { "f:spec"?: { "f:unschedulable"?: object } };
}

export interface KubernetesObject {
  metadata: Metadata;
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  /** of a CertificateSigningRequest's condition */
  lastUpdateTime?: string;
  /** of a Node's condition: when its kubelet last reported it */
  lastHeartbeatTime?: string;
}

/** A taint as it stands on a Node. */
export interface NodeTaint {
  key: string;
  value?: string;
  effect: string;
  /** set by whoever evicts by it */
  timeAdded?: string;
}

export interface NodeObject extends KubernetesObject {
  spec: {
    providerID?: string;
    unschedulable?: boolean;
    taints?: NodeTaint[];
  };
  status?: {
    conditions?: Condition[];
    addresses?: { type: string; address: string }[];
    /** of the attach/detach controller, by its own names */
    volumesAttached?: { name: string }[];
  };
}

export interface CertificateSigningRequestObject extends KubernetesObject {
  spec: {
    /** base64 of a PEM block */
    request: string;
    signerName: string;
    username?: string;
    groups?: string[];
    usages?: string[];
  };
  status?: {
    conditions?: Condition[];
    certificate?: string;
  };
}

/** A volume of a pod: of every other kind only the name is read. */
export interface Volume {
  name: string;
  emptyDir?: object | null;
  persistentVolumeClaim?: { claimName: string } | null;
  /** a claim of the pod's own, named `<pod>-<volume>` */
  ephemeral?: object | null;
}

export interface PodObject extends KubernetesObject {
  spec: { nodeName?: string; volumes?: Volume[]; terminationGracePeriodSeconds?: number };
  status?: { phase?: string };
}

/** What somebody noted of an object, by either of the two APIs that there are for it. */
export interface EventObject extends KubernetesObject {
  reason?: string;
  message?: string;
  count?: number | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string } | null;
}

export interface VolumeAttachmentObject extends KubernetesObject {
  spec: { nodeName: string; source?: { persistentVolumeName?: string } };
  status?: { attached?: boolean };
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface PodDisruptionBudgetObject extends KubernetesObject {
  spec?: { selector?: LabelSelector | null };
  status?: { disruptionsAllowed?: number; currentHealthy?: number; desiredHealthy?: number };
}

export interface PersistentVolumeClaimObject extends KubernetesObject {
  spec?: { volumeName?: string };
}

/** One of the alternatives of a node affinity. */
export interface NodeSelectorTerm {
  matchExpressions?: LabelSelector["matchExpressions"];
  matchFields?: LabelSelector["matchExpressions"];
}

export interface PersistentVolumeObject extends KubernetesObject {
  spec: {
    claimRef?: { namespace?: string; name?: string } | null;
    persistentVolumeReclaimPolicy?: string;
    nodeAffinity?: { required?: { nodeSelectorTerms?: NodeSelectorTerm[] } | null } | null;
  };
  status?: { phase?: string };
}

/** An object's metadata without its managed fields: half its size, and nothing that is read here. */
export function slimMetadata(object: KubernetesObject): Metadata {
  return { ...object.metadata, managedFields: undefined };
}

/** What this provider writes on a Node, and its field manager. */
export const annotations = {
  owner: "openstack-baremetal-compute/owner",
  serverId: "openstack-baremetal-compute/server-id",
  /** what its server was made from */
  specHash: "openstack-baremetal-compute/spec-hash",
  /**
   * which of its taints are ours: `key:effect`, separated by commas. A kubelet may write it (kubernetes,
   * plugin/pkg/admission/noderestriction), so it is not read: the state keeps the record. It is written for whoever looks at
   * the Node, and for the release before, which has no other record.
   */
  taints: "openstack-baremetal-compute/taints",
  cordonedBy: "openstack-baremetal-compute/cordoned-by",
  /** the client key of a worker whose OpenShiftNode is no longer in the state (components/node/csr/keys.ts) */
  clientKey: "openstack-baremetal-compute/client-key",
} as const;

export const fieldManager = "openstack-baremetal-compute";

/** The checks that client and serving requests have in common. */

export const signers = {
  client: "kubernetes.io/kube-apiserver-client-kubelet",
  serving: "kubernetes.io/kubelet-serving",
} as const;
