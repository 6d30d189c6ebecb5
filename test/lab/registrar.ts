import { ApiException, CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { accountNames, roleNamespaces, rulesOf } from "../../components/kubernetes/permissions.ts";
import { apiReady } from "./cluster/answers.ts";
import { apiUrl, kubeCa, kubeconfig } from "./cluster/pki.ts";
import { engineEnv } from "./engine/environment.ts";
import { sh } from "./runtime/sh.ts";
import type { Step } from "./runtime/step.ts";
import { files, repo } from "./settings.ts";

const stack = "lab";

/** Seconds: longer than a lab is ever up. */
const tokenLifetime = 365 * 24 * 3600;

function clientOf(file: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
}

/** Runs Pulumi in the administrator's project as it stands in the checkout, with the administrator's rights. */
async function pulumi(...args: readonly string[]): Promise<string> {
  const env = { ...(await engineEnv()), KUBECONFIG: files.kubeconfig };
  const options = { cwd: path.join(repo, "infra/registrar"), env, extendEnv: false };
  return sh("pulumi", [...args, "--non-interactive"], options);
}

/** Runs a command of Pulumi on the stack that declares the program's account in the lab's cluster. */
export const onRegistrarStack = (...args: readonly string[]): Promise<string> => pulumi(...args, "--stack", stack);

async function declareAccount(): Promise<void> {
  await pulumi("stack", "select", "--create", stack);
  await onRegistrarStack("up", "--yes", "--skip-preview", "--refresh");
}

async function writeRegistrarKubeconfig(): Promise<void> {
  const { status } = await clientOf(files.kubeconfig)
    .makeApiClient(CoreV1Api)
    .createNamespacedServiceAccountToken({
      name: accountNames.account,
      namespace: accountNames.namespace,
      body: { spec: { audiences: [], expirationSeconds: tokenLifetime } },
    });
  const token = status?.token;
  if (!token) throw new Error("the API server gave no token");
  const ca = (await readFile(kubeCa.cert)).toString("base64");
  await writeFile(files.registrarKubeconfig, kubeconfig(apiUrl, ca, { token }), { mode: 0o600 });
}

/** Whether the roles in the cluster are those of this checkout. */
async function rolesAreCurrent(): Promise<boolean> {
  const rbac = clientOf(files.kubeconfig).makeApiClient(RbacAuthorizationV1Api);
  const name = accountNames.role;
  const roles = await Promise.all([
    rbac.readClusterRole({ name }),
    ...roleNamespaces.map((namespace) => rbac.readNamespacedRole({ name, namespace })),
  ]);
  const wanted = [undefined, ...roleNamespaces].map(rulesOf);
  // the client's objects have absent fields as undefined
  return isDeepStrictEqual(JSON.parse(JSON.stringify(roles.map(({ rules }) => rules))), wanted);
}

/** The roles are current, and the account is let in. */
async function accountReady(): Promise<boolean> {
  if (!existsSync(files.registrarKubeconfig) || !(await apiReady())) return false;
  try {
    await clientOf(files.registrarKubeconfig).makeApiClient(CoreV1Api).listNode({ limit: 1 });
    return await rolesAreCurrent();
  } catch (error) {
    // no such role, account or right yet
    if (error instanceof ApiException && [401, 403, 404].includes(error.code)) return false;
    throw error;
  }
}

/** The account that the program runs as, declared by infra/registrar as an administrator of a real cluster would. */
export const registrar: Step = {
  name: "the program's account in the cluster",
  timeout: 60,
  check: accountReady,
  async up() {
    await declareAccount();
    await writeRegistrarKubeconfig();
  },
  // its account goes with etcd, and its Pulumi stack with the backend
  down: () => rm(files.registrarKubeconfig, { force: true }),
};
