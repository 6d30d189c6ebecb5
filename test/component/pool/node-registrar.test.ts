import { beforeAll, describe, expect, test } from "@jest/globals";
import { permissions, type PolicyRule } from "../../../components/kubernetes/permissions.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

const types = {
  namespace: "kubernetes:core/v1:Namespace",
  account: "kubernetes:core/v1:ServiceAccount",
  clusterRole: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
  clusterRoleBinding: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
  role: "kubernetes:rbac.authorization.k8s.io/v1:Role",
  roleBinding: "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
};

/** The inputs that tests look at. */
interface Inputs {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly PolicyRule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly object[];
  readonly automountServiceAccountToken?: boolean;
}

const inputsOf = (registration: Registration): Inputs => registration.inputs as unknown as Inputs;

let seen: Registration[];
let users: string[];

/** What one of the two components declared. */
const of = (component: string, type: string): Inputs[] =>
  seen.filter((it) => it.type === type && it.name.startsWith(component)).map(inputsOf);

beforeAll(async () => {
  seen = await recordRegistrations({});
  const kubernetes = await import("@pulumi/kubernetes");
  const { NodeRegistrar } = await import("../../../components/node-registrar.ts");
  const provider = new kubernetes.Provider("admin", { kubeconfig: "admin.kubeconfig" });
  const own = new NodeRegistrar("own", {}, { provider });
  const guest = new NodeRegistrar("guest", { namespace: "platform" }, { provider });
  users = await Promise.all([own, guest].map(({ user }) => valueOf(user)));
});

describe("GIVEN a NodeRegistrar", () => {
  test("WHEN no namespace is given THEN the account gets one of its own", () => {
    expect(of("own", types.namespace).map(({ metadata }) => metadata.name)).toEqual(["openstack-baremetal-compute"]);
    expect(of("own", types.account)).toMatchObject([
      { metadata: { name: "node-registrar", namespace: "openstack-baremetal-compute" } },
    ]);
    expect(users[0]).toBe("system:serviceaccount:openstack-baremetal-compute:node-registrar");
  });

  test("WHEN a namespace is given THEN none is declared", () => {
    expect(of("guest", types.namespace)).toEqual([]);
    expect(of("guest", types.account)).toMatchObject([{ metadata: { namespace: "platform" } }]);
    expect(users[1]).toBe("system:serviceaccount:platform:node-registrar");
  });

  test("THEN its roles hold every permission of the list, each in its own scope, and nothing else", () => {
    const granted = [...of("own", types.clusterRole), ...of("own", types.role)].flatMap(({ metadata, rules = [] }) =>
      rules.map((rule) => ({ ...rule, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) })),
    );
    const listed = permissions.map((it) => ({ ...it, why: undefined, optional: undefined }));
    expect(granted).toHaveLength(listed.length);
    expect(granted).toEqual(expect.arrayContaining(listed));
  });

  test("THEN every role is bound to the account alone", () => {
    const account = { kind: "ServiceAccount", name: "node-registrar", namespace: "openstack-baremetal-compute" };
    const scope = ({ metadata }: Inputs): string => metadata.namespace ?? "";
    const roles = of("own", types.role);
    const bindings = of("own", types.roleBinding);
    expect(of("own", types.clusterRoleBinding)).toMatchObject([
      { roleRef: { kind: "ClusterRole", name: of("own", types.clusterRole)[0]?.metadata.name }, subjects: [account] },
    ]);
    expect(bindings.map(scope).sort()).toEqual(roles.map(scope).sort());
    for (const binding of bindings) {
      const role = roles.find((it) => scope(it) === scope(binding));
      expect(binding).toMatchObject({ roleRef: { kind: "Role", name: role?.metadata.name }, subjects: [account] });
    }
  });

  test("THEN no pod gets a token of the account by itself", () => {
    expect(of("own", types.account)).toMatchObject([{ automountServiceAccountToken: false }]);
  });

  test("THEN everything goes to the cluster of the provider that it was given", () => {
    const declared = seen.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(declared.length).toBeGreaterThan(0);
    expect(new Set(declared.map(({ provider }) => provider))).toEqual(new Set(["admin"]));
    expect(new Set(declared.map(({ parent }) => parent))).toEqual(
      new Set(["openstack-baremetal-compute:index:NodeRegistrar"]),
    );
  });
});
