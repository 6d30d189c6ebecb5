/** The kinds of objects that the plugin knows how to handle. */
export interface Kind {
  /** as Kubernetes writes it: v1, rbac.authorization.k8s.io/v1 */
  readonly apiVersion: string;
  readonly kind: string;
  /** top-level properties that cannot change without another object; as in pulumi-kubernetes, provider/diff.go */
  readonly replacing: readonly string[];
}

/** Replacing properties by type token, for the kinds of Kubernetes itself. */
const builtIn: Readonly<Record<string, readonly string[]>> = {
  "core/v1:ConfigMap": ["data", "binaryData"],
  "core/v1:Namespace": [],
  "core/v1:Secret": ["data", "stringData", "type"],
  "core/v1:ServiceAccount": [],
  "rbac.authorization.k8s.io/v1:ClusterRole": [],
  "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1:Role": [],
  "rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
};

/** The modules of @pulumi/kubernetes 4.34.2: a group that is not among them is that of a custom resource. */
const kubernetesGroups = new Set([
  ..."core apps autoscaling batch extensions helm.sh kustomize meta policy yaml".split(" "),
  ...[
    "admissionregistration apiextensions apiregistration auditregistration authentication authorization certificates",
    "coordination discovery events flowcontrol.apiserver lifecycle networking node rbac.authorization resource scheduling settings",
    "storage storagemigration",
  ].flatMap((line) => line.split(" ").map((name) => `${name}.k8s.io`)),
]);

/**
 * The kind of a type token such as kubernetes:core/v1:Secret.
 * @throws for a kind that the plugin does not implement
 */
export function kindOf(token: string): Kind {
  const [, group = "", version = "", kind = ""] = /^kubernetes:([^/]+)\/([^:]+):(.+)$/.exec(token) ?? [];
  const replacing = builtIn[`${group}/${version}:${kind}`];
  if (replacing) return { apiVersion: group === "core" ? version : `${group}/${version}`, kind, replacing };
  if (kind !== "" && !kubernetesGroups.has(group)) return { apiVersion: `${group}/${version}`, kind, replacing: [] };
  const known = Object.keys(builtIn).map((name) => name.slice(name.indexOf(":") + 1));
  throw new Error(
    `the lab's Kubernetes plugin does not implement ${token}: it has ${known.join(", ")} and custom resources; ` +
      `the official plugin has all`,
  );
}
