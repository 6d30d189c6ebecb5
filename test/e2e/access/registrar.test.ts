import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  AuthenticationV1Api,
  AuthorizationV1Api,
  CertificatesV1Api,
  CoreV1Api,
  KubeConfig,
} from "@kubernetes/client-node";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Permission, permissions, roleNamespaces, rulesOf } from "../../../components/kubernetes/permissions.ts";
import { type Attributes, attributesOf } from "../../component/support/authorizer.ts";
import { builds } from "../../lab/builds/build.ts";
import { sh } from "../../lab/runtime/sh.ts";
import { files, repo } from "../../lab/settings.ts";
import { administrator, certificates, core, ifThere, isPending } from "../support/cluster/cluster.ts";
import { file } from "../support/cluster/impostor.ts";
import { until } from "../support/wait.ts";

const user = "system:serviceaccount:openstack-baremetal-compute:node-registrar";
const namespace = "openstack-baremetal-compute";

const account = new KubeConfig();
account.loadFromFile(files.registrarKubeconfig);
const authorization = account.makeApiClient(AuthorizationV1Api);

/** What the API server itself says about a request of the account. */
async function may({ verb, apiGroup: group, resource: whole, name, namespace }: Attributes): Promise<boolean> {
  const [resource = "", subresource] = whole.split("/");
  const resourceAttributes = { verb, group, resource, name, namespace, ...(subresource && { subresource }) };
  const { status } = await authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
  return status?.allowed ?? false;
}

/** One question for each group, resource, name and verb of a permission. */
const questions = ({ apiGroups, resources, resourceNames = [""], verbs, namespace = "" }: Permission): Attributes[] =>
  apiGroups.flatMap((apiGroup) =>
    resources.flatMap((resource) =>
      resourceNames.flatMap((name) => verbs.map((verb) => ({ verb, apiGroup, resource, name, namespace }))),
    ),
  );

describe("GIVEN the account that infra/registrar declares", () => {
  test("WHEN it asks who it is THEN it is that account", async () => {
    const review = await account.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    expect(review.status?.userInfo?.username).toBe(user);
  });

  test.each(permissions.map((permission) => [permission.why, permission] as const))(
    "THEN it may do what is needed by %s",
    async (_why, permission) => {
      for (const question of questions(permission)) expect([question, await may(question)]).toEqual([question, true]);
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

  test("WHEN its rules are listed THEN they are those of the list, and what Kubernetes grants to everybody", async () => {
    for (const namespace of [...roleNamespaces, "kube-system"]) {
      const { status } = await authorization.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
      const granted = (status?.resourceRules ?? []).map(({ apiGroups, resources, resourceNames, verbs }) => ({
        apiGroups,
        resources,
        ...(resourceNames && { resourceNames }),
        verbs,
      }));
      const everybodys = granted.filter(({ verbs, apiGroups }) => verbs.join() === "create" && isReview(apiGroups));
      const ours = granted.filter((rule) => !everybodys.includes(rule));
      const wanted = [...rulesOf(undefined), ...(namespace === "kube-system" ? [] : rulesOf(namespace))];
      expect(ours).toHaveLength(wanted.length);
      expect(ours).toEqual(expect.arrayContaining(wanted));
    }
  });

  test("WHEN it approves a request of another signer THEN the API server forbids it, and the request stays pending", async () => {
    const name = "not-of-a-kubelet";
    await file({ name, nodeName: "nobody", signer: "kubernetes.io/kube-apiserver-client", as: administrator });
    const filed = await certificates.readCertificateSigningRequest({ name });
    const conditions = [{ type: "Approved", status: "True", reason: "Test", message: "" }];
    const approval = { name, body: Object.assign(filed, { status: { conditions } }) };
    try {
      const asAccount = account.makeApiClient(CertificatesV1Api);
      await expect(asAccount.replaceCertificateSigningRequestApproval(approval)).rejects.toThrow(
        /HTTP-Code: 403[^]*signerName[\\"\s]+kubernetes.io\/kube-apiserver-client/,
      );
      expect(isPending(await certificates.readCertificateSigningRequest({ name }))).toBe(true);
    } finally {
      await certificates.deleteCertificateSigningRequest({ name });
    }
  });

  test("WHEN it reads another secret THEN the API server forbids it", async () => {
    const secrets = account.makeApiClient(CoreV1Api);
    const asked = { namespace: "openshift-machine-config-operator", name: "node-bootstrapper-token" };
    await expect(secrets.readNamespacedSecret(asked)).rejects.toMatchObject({ code: 403 });
  });
});

const isReview = (groups: readonly string[] = []): boolean =>
  ["authorization.k8s.io", "authentication.k8s.io"].includes(groups.join());

describe("GIVEN the README's commands", () => {
  const secret = { namespace, name: "node-registrar-ci" };
  let folder = "";
  let blocks: readonly string[] = [];

  /** Types one of the README's blocks into a shell whose `oc` is the lab's kubectl, as the administrator. */
  async function type(needle: string, reject = true): Promise<string> {
    const [script, ...others] = blocks.filter((block) => block.includes(needle));
    if (script === undefined || others.length > 0) throw new Error(`not one block of the README has ${needle}`);
    const env = { ...process.env, KUBECONFIG: files.kubeconfig, PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    return sh("sh", ["-eu", "-c", script], { cwd: folder, env, reject });
  }

  /** Who the kubeconfig that they wrote belongs to. */
  async function written(): Promise<string | undefined> {
    const config = new KubeConfig();
    config.loadFromFile(path.join(folder, "registrar.kubeconfig"));
    const review = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
    return review.status?.userInfo?.username;
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "registrar-"));
    const oc = `#!/bin/sh\nexec "${await builds.kube.path()}" kubectl "$@"\n`;
    await writeFile(path.join(folder, "oc"), oc, { mode: 0o755 });
    const readme = await readFile(path.join(repo, "README.md"), "utf8");
    blocks = [...readme.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) => block);
  });
  afterAll(async () => {
    await ifThere(core.deleteNamespacedSecret(secret));
    await rm(folder, { recursive: true, force: true });
  });

  test("WHEN the short-lived kubeconfig is made THEN it is the account's, and nothing of the administrator is in it", async () => {
    await type("oc create token");
    expect(await written()).toBe(user);
    const text = await readFile(path.join(folder, "registrar.kubeconfig"), "utf8");
    expect(text).not.toMatch(/client-(key|certificate)/);
  });

  test("WHEN it is asked what it may do THEN the answers are those of the README", async () => {
    // the exit code of a no is 1
    const answers = await type("oc auth can-i", false);
    expect(answers).toMatch(/signers\.certificates\.k8s\.io .*kubernetes\.io\/kubelet-serving.*approve/);
    expect(answers).toMatch(/secrets .*worker-user-data.*get/);
    expect(answers.match(/^(yes|no)$/gm)).toEqual(["yes", "no"]);
  });

  test("WHEN the token for a CI is made THEN it works until its Secret is deleted", async () => {
    await type("kubernetes.io/service-account-token");
    await until("the token of the Secret", async () => (await core.readNamespacedSecret(secret)).data?.["token"]);
    await type("oc get secret");
    expect(await written()).toBe(user);
    await core.deleteNamespacedSecret(secret);
    await until("the token to be refused", () =>
      written().then(
        () => undefined,
        () => true,
      ),
    );
  });
});
