/** @shared reads what the account may do; its request, token and Secret have names of their own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CertificatesV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { permissions, roleNamespaces, rulesOf } from "../../../components/kubernetes/permissions.ts";
import { attributesOf } from "../../component/support/authorizer.ts";
import { onRegistrarStack } from "../../lab/registrar.ts";
import { PageShell } from "../support/access/page-shell.ts";
import { Cleanup } from "../support/cleanup.ts";
import { may, registrar, requestsOf, rulesIn, userOf } from "../support/cluster/access-review.ts";
import { administrator, certificates, core, ifThere, isPending } from "../support/cluster/cluster.ts";
import { file, withdraw } from "../support/cluster/impostor.ts";
import { until } from "../support/wait.ts";

const user = "system:serviceaccount:openstack-baremetal-compute:node-registrar";
const namespace = "openstack-baremetal-compute";

describe("GIVEN the account that infra/registrar declares", () => {
  test("WHEN it asks who it is THEN it is that account", async () => {
    expect(await userOf(registrar)).toBe(user);
  });

  test.each(permissions.map((permission) => [permission.why, permission] as const))(
    "THEN it may do what is needed by %s",
    async (_why, permission) => {
      for (const request of requestsOf(permission)) expect([request, await may(request)]).toEqual([request, true]);
    },
  );

  const csrs = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  test.each([
    ["GET", "/api/v1/namespaces/openshift-machine-api/secrets/master-user-data"],
    ["GET", "/api/v1/namespaces/openshift-machine-api/secrets"],
    ["GET", "/api/v1/namespaces/openshift-machine-config-operator/secrets/node-bootstrapper-token"],
    ["GET", "/api/v1/namespaces/kube-system/secrets"],
    ["GET", "/api/v1/namespaces/default/configmaps"],
    ["POST", "/api/v1/namespaces/default/pods"],
    ["PATCH", "/api/v1/namespaces/default/pods/web-0"],
    ["POST", "/api/v1/namespaces/default/pods/web-0/exec"],
    ["GET", "/api/v1/namespaces/default/pods/web-0/log"],
    ["POST", "/api/v1/nodes"],
    ["PATCH", "/api/v1/nodes/worker-0/status"],
    ["GET", "/api/v1/nodes/worker-0/proxy"],
    ["DELETE", "/api/v1/nodes"],
    ["POST", csrs],
    ["DELETE", `${csrs}/csr-abc`],
    ["PUT", `${csrs}/csr-abc/status`],
    ["POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"],
    ["PATCH", "/apis/rbac.authorization.k8s.io/v1/clusterroles/openstack-baremetal-compute"],
    ["POST", "/api/v1/namespaces/openstack-baremetal-compute/serviceaccounts/node-registrar/token"],
    ["PATCH", "/apis/config.openshift.io/v1/infrastructures/cluster"],
    ["DELETE", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/web"],
    ["DELETE", "/apis/storage.k8s.io/v1/volumeattachments/csi-0"],
  ])("WHEN it would %s %s THEN it may not", async (method, path) => {
    const asked = attributesOf(method, path);
    expect(asked && (await may(asked))).toBe(false);
  });

  test.each([
    ["approve", "kubernetes.io/kube-apiserver-client"],
    ["approve", "kubernetes.io/legacy-unknown"],
    ["approve", "example.test/own"],
    ["sign", "kubernetes.io/kubelet-serving"],
  ])("WHEN it would %s for the signer %s THEN it may not", async (verb, name) => {
    const asked = { verb, apiGroup: "certificates.k8s.io", resource: "signers", name, namespace: "" };
    expect(await may(asked)).toBe(false);
  });

  test.each([...roleNamespaces, "kube-system"])(
    "WHEN its rules in %s are listed THEN they are those of the list, and what Kubernetes grants to everybody",
    async (place) => {
      const ours = await rulesIn(place);
      const wanted = [...rulesOf(undefined), ...(place === "kube-system" ? [] : rulesOf(place))];
      expect(ours).toHaveLength(wanted.length);
      expect(ours).toEqual(expect.arrayContaining(wanted));
    },
  );

  describe("WHEN it approves a request of another signer", () => {
    const name = "not-of-a-kubelet";
    let approval: Promise<unknown>;
    beforeAll(async () => {
      await file({ name, nodeName: "nobody", signer: "kubernetes.io/kube-apiserver-client", as: administrator });
      const filed = await certificates.readCertificateSigningRequest({ name });
      const conditions = [{ type: "Approved", status: "True", reason: "Test", message: "" }];
      const body = Object.assign(filed, { status: { conditions } });
      approval = registrar.makeApiClient(CertificatesV1Api).replaceCertificateSigningRequestApproval({ name, body });
      await approval.catch(() => undefined); // the tests look at it
    });
    afterAll(() => withdraw([name]));

    test("THEN the API server forbids it", async () => {
      await expect(approval).rejects.toThrow(
        /HTTP-Code: 403[^]*signerName[\\"\s]+kubernetes.io\/kube-apiserver-client/,
      );
    });

    test("THEN the request stays pending", async () => {
      expect(isPending(await certificates.readCertificateSigningRequest({ name }))).toBe(true);
    });
  });

  test("WHEN it reads another secret THEN the API server forbids it", async () => {
    const secrets = registrar.makeApiClient(CoreV1Api);
    const asked = { namespace: "openshift-machine-config-operator", name: "node-bootstrapper-token" };
    await expect(secrets.readNamespacedSecret(asked)).rejects.toMatchObject({ code: 403 });
  });
});

describe("GIVEN infra/registrar as the lab has brought it up", () => {
  test("WHEN it is previewed THEN nothing would change", async () => {
    expect(await onRegistrarStack("preview", "--expect-no-changes")).toContain("unchanged");
  });

  test("WHEN it is refreshed THEN the cluster has what was declared", async () => {
    const refreshed = await onRegistrarStack("refresh", "--preview-only", "--expect-no-changes");
    expect(refreshed).toContain("unchanged");
  });
});

describe("GIVEN the commands of docs/install.md", () => {
  const cleanup = new Cleanup();
  const secret = { namespace, name: "node-registrar-ci" };
  let kubeconfig = "";
  let shell: PageShell;

  /** Who the kubeconfig that they wrote belongs to. */
  async function userOfWritten(): Promise<string | undefined> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    return userOf(config);
  }

  beforeAll(async () => {
    const folder = await cleanup.folder("registrar");
    kubeconfig = path.join(folder, "registrar.kubeconfig");
    shell = await PageShell.open(folder, "test/e2e/access/registrar.test.ts");
    cleanup.push(() => ifThere(core.deleteNamespacedSecret(secret)));
  });
  afterAll(cleanup.run);

  describe("WHEN the short-lived kubeconfig is made", () => {
    beforeAll(async () => {
      await shell.type("oc create token");
    });

    test("THEN it is the account's", async () => {
      expect(await userOfWritten()).toBe(user);
    });

    test("THEN nothing of the administrator is in it", async () => {
      expect(await readFile(kubeconfig, "utf8")).not.toMatch(/client-(key|certificate)/);
    });
  });

  test("WHEN it is asked what it may do THEN the answers are those of docs/install.md", async () => {
    // the exit code of a no is 1
    const answers = await shell.type("oc auth can-i", false);
    expect(answers).toMatch(/signers\.certificates\.k8s\.io .*kubernetes\.io\/kubelet-serving.*approve/);
    expect(answers).toMatch(/secrets .*worker-user-data.*get/);
    expect(answers.match(/^(yes|no)$/gm)).toEqual(["yes", "no"]);
  });

  describe("WHEN the token for a CI is made", () => {
    beforeAll(async () => {
      await shell.type("kubernetes.io/service-account-token");
      await until("the token of the Secret", async () => (await core.readNamespacedSecret(secret)).data?.["token"]);
      await shell.type("oc get secret");
    });

    test("THEN it is the account's", async () => {
      expect(await userOfWritten()).toBe(user);
    });

    test("THEN it is refused once its Secret is deleted", async () => {
      await core.deleteNamespacedSecret(secret);
      await until("the token to be refused", () =>
        userOfWritten().then(
          () => undefined,
          () => true,
        ),
      );
    });
  });
});
