import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { accountNames, type PolicyRule, roleNamespaces, rulesOf } from "./kubernetes/permissions.ts";

export interface NodeRegistrarArgs {
  /**
   * Namespace of the ServiceAccount, which must exist. Default: one of its own, `openstack-baremetal-compute`, which is
   * declared too.
   */
  readonly namespace?: string | undefined;
}

/**
 * The account that attaches and detaches workers: a ServiceAccount with exactly the permissions of
 * components/kubernetes/permissions.ts, so that neither `pulumi up` nor its CI needs an administrator of the cluster. One
 * account serves every stack of a cluster. To be declared by an administrator: RBAC lets nobody grant more than he has.
 *
 * @example
 * const provider = new kubernetes.Provider("cluster", { kubeconfig: "admin.kubeconfig" });
 * new NodeRegistrar("registrar", {}, { provider });
 */
export class NodeRegistrar extends pulumi.ComponentResource {
  /** namespace of the ServiceAccount */
  readonly namespace: pulumi.Output<string>;
  /** name of the ServiceAccount */
  readonly account: pulumi.Output<string>;
  /** the account as RBAC and the API server's audit log know it: `system:serviceaccount:<namespace>:<account>` */
  readonly user: pulumi.Output<string>;

  constructor(name: string, args: NodeRegistrarArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:NodeRegistrar", name, {}, opts);
    this.namespace = args.namespace === undefined ? this.#ownNamespace(name) : pulumi.output(args.namespace);
    const account = new kubernetes.core.v1.ServiceAccount(
      name,
      {
        metadata: { name: accountNames.account, namespace: this.namespace },
        // no pod runs as this account
        automountServiceAccountToken: false,
      },
      { parent: this },
    );
    this.account = account.metadata.name;
    this.user = pulumi.interpolate`system:serviceaccount:${this.namespace}:${this.account}`;
    this.#grantClusterWide(name);
    for (const namespace of roleNamespaces) this.#grantIn(namespace, `${name}-${namespace}`);
    this.registerOutputs({ namespace: this.namespace, account: this.account, user: this.user });
  }

  #ownNamespace(name: string): pulumi.Output<string> {
    const metadata = { name: accountNames.namespace };
    return new kubernetes.core.v1.Namespace(name, { metadata }, { parent: this }).metadata.name;
  }

  #grantClusterWide(name: string): void {
    const metadata = { name: accountNames.role };
    const role = new kubernetes.rbac.v1.ClusterRole(name, { metadata, rules: asInputs(undefined) }, { parent: this });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name };
    new kubernetes.rbac.v1.ClusterRoleBinding(
      name,
      { metadata, roleRef, subjects: [this.#subject()] },
      { parent: this },
    );
  }

  #grantIn(namespace: string, name: string): void {
    const metadata = { name: accountNames.role, namespace };
    const role = new kubernetes.rbac.v1.Role(name, { metadata, rules: asInputs(namespace) }, { parent: this });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name };
    new kubernetes.rbac.v1.RoleBinding(name, { metadata, roleRef, subjects: [this.#subject()] }, { parent: this });
  }

  #subject(): kubernetes.types.input.rbac.v1.Subject {
    return { kind: "ServiceAccount", name: this.account, namespace: this.namespace };
  }
}

/** The SDK's lists are not readonly. */
function asInputs(namespace: string | undefined): kubernetes.types.input.rbac.v1.PolicyRule[] {
  return rulesOf(namespace).map(({ apiGroups, resources, resourceNames, verbs }: PolicyRule) => ({
    apiGroups: [...apiGroups],
    resources: [...resources],
    ...(resourceNames && { resourceNames: [...resourceNames] }),
    verbs: [...verbs],
  }));
}
