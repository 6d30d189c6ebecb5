import { describe, expect, test } from "@jest/globals";
import { permissions, withRemedy } from "../../../../components/kubernetes/permissions.ts";
import { attributesOf, mayRequest } from "../../../component/support/authorizer.ts";

/** What RBAC takes for a rule about any object, verb or group. */
const wildcard = "*";

describe("GIVEN the permissions of the program's account", () => {
  const csrs = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  test.each([
    ["GET", "/version"],
    ["GET", "/api/v1/namespaces/kube-system"],
    ["GET", "/api/v1/namespaces/openshift-machine-api/secrets/worker-user-data"],
    ["GET", "/apis/config.openshift.io/v1/infrastructures/cluster"],
    ["GET", "/apis/machineconfiguration.openshift.io/v1/machineconfigpools"],
    ["GET", "/api/v1/nodes"],
    ["WATCH", "/api/v1/nodes"],
    ["PATCH", "/api/v1/nodes/worker-0"],
    ["DELETE", "/api/v1/nodes/worker-0"],
    ["PUT", `${csrs}/csr-abc/approval`],
    ["POST", "/api/v1/namespaces/shop/pods/web-0/eviction"],
    ["DELETE", "/api/v1/namespaces/shop/pods/web-0"],
    ["GET", "/apis/apps/v1/namespaces/shop/daemonsets/agent"],
    ["GET", "/apis/policy/v1/namespaces/shop/poddisruptionbudgets"],
    ["GET", "/api/v1/namespaces/shop/persistentvolumeclaims/data-web-0"],
    ["WATCH", "/api/v1/persistentvolumes"],
  ])("WHEN it asks for %s %s THEN it may", (method, path) => {
    expect(mayRequest(permissions, method, path)).toBe(true);
  });

  test.each([
    ["GET", "/api/v1/namespaces/default"],
    ["GET", "/api/v1/namespaces/openshift-machine-api/secrets/master-user-data"],
    ["GET", "/api/v1/namespaces/openshift-machine-api/secrets"],
    ["GET", "/api/v1/namespaces/shop/secrets/worker-user-data"],
    ["GET", "/apis/config.openshift.io/v1/infrastructures"],
    ["POST", "/api/v1/nodes"],
    ["PUT", "/api/v1/nodes/worker-0"],
    ["PATCH", "/api/v1/nodes/worker-0/status"],
    ["DELETE", "/api/v1/nodes"],
    ["POST", csrs],
    ["PUT", `${csrs}/csr-abc/status`],
    ["DELETE", `${csrs}/csr-abc`],
    ["POST", "/api/v1/namespaces/shop/pods"],
    ["PATCH", "/api/v1/namespaces/shop/pods/web-0"],
    ["DELETE", "/api/v1/namespaces/shop/pods"],
    ["GET", "/api/v1/namespaces/shop/pods/web-0/log"],
    ["GET", "/api/v1/namespaces/shop/persistentvolumeclaims"],
    ["DELETE", "/api/v1/persistentvolumes/pv-1"],
    ["GET", "/metrics"],
  ])("WHEN it asks for %s %s THEN it may not", (method, path) => {
    expect(mayRequest(permissions, method, path)).toBe(false);
  });

  test("THEN it approves the two signers of kubelets, and no other", () => {
    const approvals = permissions.filter(({ verbs }) => verbs.includes("approve"));
    expect(approvals).toHaveLength(1);
    expect(approvals[0]?.resourceNames).toEqual([
      "kubernetes.io/kube-apiserver-client-kubelet",
      "kubernetes.io/kubelet-serving",
    ]);
  });

  test("THEN no rule has a wildcard, and every one says what it is for", () => {
    for (const { apiGroups, resources, resourceNames = [], verbs, why } of permissions) {
      expect([...apiGroups, ...resources, ...resourceNames, ...verbs]).not.toContain(wildcard);
      expect(why).not.toBe("");
    }
  });
});

describe("GIVEN a request WHEN it is read as the authorizer reads it", () => {
  test.each([
    ["GET", "/api/v1/namespaces/a/pods/b", { verb: "get", apiGroup: "", resource: "pods", name: "b", namespace: "a" }],
    ["GET", "/api/v1/pods", { verb: "list", apiGroup: "", resource: "pods", name: "", namespace: "" }],
    ["GET", "/api/v1/namespaces/a", { verb: "get", apiGroup: "", resource: "namespaces", name: "a", namespace: "a" }],
    ["GET", "/api/v1/namespaces", { verb: "list", apiGroup: "", resource: "namespaces", name: "", namespace: "" }],
    [
      "PUT",
      "/apis/g.io/v1/things/a/approval",
      { verb: "update", apiGroup: "g.io", resource: "things/approval", name: "a", namespace: "" },
    ],
    ["DELETE", "/api/v1/nodes", { verb: "deletecollection", apiGroup: "", resource: "nodes", name: "", namespace: "" }],
  ])("%s %s THEN its attributes are those", (method, path, expected) => {
    expect(attributesOf(method, path)).toEqual(expected);
  });

  test("/healthz THEN it is no resource", () => {
    expect(attributesOf("GET", "/healthz")).toBeUndefined();
  });
});

describe("GIVEN an answer of the API server", () => {
  test("WHEN the authorizer refused THEN the message says which account may", () => {
    const user = "system:serviceaccount:ci:deployer";
    const refusal = `nodes is forbidden: User "${user}" cannot list resource "nodes" in API group "" at the cluster scope`;
    expect(withRemedy(refusal)).toMatch(/cannot list resource "nodes".*`pulumi up` in infra\/registrar/);
  });

  test.each([
    'pods "web-0" is forbidden: unable to create new content in namespace shop because it is being terminated',
    'nodes "worker-0" not found',
  ])("WHEN it is %s THEN the message is left alone", (message) => {
    expect(withRemedy(message)).toBe(message);
  });
});
