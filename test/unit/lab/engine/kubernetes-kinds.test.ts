import { describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { kindOf } from "../../../lab/engine/kubernetes-plugin/kinds.ts";

const packageDir = new URL("../../../../node_modules/@pulumi/kubernetes/", import.meta.url);

describe("kindOf", () => {
  test.each([
    ["kubernetes:core/v1:ServiceAccount", "v1", "ServiceAccount"],
    ["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "rbac.authorization.k8s.io/v1", "RoleBinding"],
    [
      "kubernetes:machineconfiguration.openshift.io/v1:MachineConfigPool",
      "machineconfiguration.openshift.io/v1",
      "MachineConfigPool",
    ],
    ["kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshot", "snapshot.storage.k8s.io/v1", "VolumeSnapshot"],
  ])("knows %s", (token, apiVersion, kind) => {
    expect(kindOf(token)).toMatchObject({ apiVersion, kind });
  });

  test.each([
    "kubernetes:core/v1:NodePatch",
    "kubernetes:apps/v1:Deployment",
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:rbac.authorization.k8s.io/v1beta1:Role",
    "kubernetes:flowcontrol.apiserver.k8s.io/v1:FlowSchema",
    "kubernetes:yaml:ConfigFile",
  ])("refuses %s by name, and says what there is", (token) => {
    expect(() => kindOf(token)).toThrow(token);
    expect(() => kindOf(token)).toThrow("it has ConfigMap, Namespace, Secret, ServiceAccount, ClusterRole");
  });

  test("takes no kind of the npm package for a custom resource", () => {
    const tokens = packageTokens();
    expect(tokens.length).toBeGreaterThan(400);
    const taken = tokens.filter((token) => !throws(() => kindOf(token)));
    expect(taken.sort()).toEqual([
      "kubernetes:core/v1:ConfigMap",
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:Secret",
      "kubernetes:core/v1:ServiceAccount",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
      "kubernetes:rbac.authorization.k8s.io/v1:Role",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
    ]);
  });
});

/** The type tokens in the index of each version of each module of @pulumi/kubernetes. */
function packageTokens(): string[] {
  const indexes = readdirSync(packageDir, { recursive: true }).filter((name) =>
    /^[^/]+\/v[^/]+\/index\.js$/.test(String(name)),
  );
  const found = indexes.flatMap((name) => {
    const text = readFileSync(new URL(String(name), packageDir), "utf8");
    return [...text.matchAll(/case "(kubernetes:[^"]+)"/g)].map(([, token]) => token ?? "");
  });
  return [...new Set(found)];
}

function throws(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch {
    return true;
  }
}
