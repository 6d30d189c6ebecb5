import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { readProblem } from "../../lib/errors.ts";
import { proxyProblem } from "../../lib/proxy.ts";
import { shownPath } from "../../lib/shown-path.ts";
import { holdsCredentials } from "../../lib/url.ts";
import { authorityProblem } from "../endpoint.ts";
import type { KubeCluster, KubeExec, KubeUser, Pem } from "./file.ts";

/**
 * What kubectl refuses in the cluster and the user of a context (client-go, tools/clientcmd/validation.go and
 * transport/transport.go), and what this program cannot do. Each problem names its key, and no value that may be a secret.
 */

/** Why a file cannot be read, undefined if it can. */
export function unreadable(file: string): string | undefined {
  try {
    readFileSync(file);
    return undefined;
  } catch (error) {
    return readProblem(error);
  }
}

/** Content of what is given by content or by file, undefined if it is not given. Throws if the file cannot be read. */
export function pemOf({ data, file }: Pem): string | undefined {
  return data ?? (file === undefined ? undefined : readFileSync(file, "utf8"));
}

type Problem = string | false | undefined;

const found = (problems: readonly Problem[]): string[] =>
  problems.filter((problem): problem is string => typeof problem === "string");

export const isGiven = ({ data, file }: Pem): boolean => data !== undefined || file !== undefined;

function pemProblem(key: string, { data, file }: Pem): Problem {
  if (data !== undefined && file !== undefined) return `it has both ${key} and ${key}-data`;
  const reason = file === undefined ? undefined : unreadable(file);
  return reason !== undefined && `its ${key} ${shownPath(file ?? "")} cannot be read: ${reason}`;
}

function authorityProblems(cluster: KubeCluster): string[] {
  const { authority, insecure } = cluster;
  if (!isGiven(authority)) return [];
  if (insecure) return ["it has both certificate-authority and insecure-skip-tls-verify: true"];
  const problem = pemProblem("certificate-authority", authority);
  if (problem) return [problem];
  const wrong = authorityProblem(pemOf(authority) ?? "");
  return found([wrong !== undefined && `its certificate-authority ${wrong}`]);
}

/** @param withAuthority whether the kubeconfig's own authority counts */
export function clusterProblems(cluster: KubeCluster, withAuthority: boolean): string[] {
  const { server, proxyUrl, insecure } = cluster;
  if (server === "") return [`its cluster "${cluster.name}" has no server`];
  const url = URL.parse(server);
  const protocol = url?.protocol ?? "";
  const proxy = proxyUrl === "" ? undefined : proxyProblem(proxyUrl);
  return [
    ...(withAuthority ? authorityProblems(cluster) : []),
    ...found([
      proxy !== undefined && `its proxy-url ${proxy}`,
      !["https:", "http:"].includes(protocol) && "its server is not a URL of scheme https or http",
      // Go's net/http sends them where the user has no others; messages show the server
      url !== null &&
        holdsCredentials(url) &&
        "its server holds a user or a password: move them to username and password of the user",
      // stricter than kubectl, which sends no credentials then
      protocol === "http:" && !insecure && "its server is http, which needs insecure-skip-tls-verify: true",
    ]),
  ];
}

function certificateProblems({ certificate, key }: KubeUser): string[] {
  // without a certificate kubectl leaves the key alone
  if (!isGiven(certificate)) return [];
  if (!isGiven(key)) return ["it has client-certificate but no client-key"];
  const problems = found([pemProblem("client-certificate", certificate), pemProblem("client-key", key)]);
  if (problems.length > 0) return problems;
  return isPair(pemOf(certificate), pemOf(key))
    ? []
    : ["its client-certificate and client-key are not a certificate and its key, in PEM"];
}

/** Whether they are a certificate and its key. OpenSSL's own message says nothing to a person. */
export function isPair(cert: string | undefined, key: string | undefined): boolean {
  try {
    createSecureContext({ cert, key });
    return true;
  } catch {
    return false;
  }
}

function tokenProblems({ token, tokenFile, username, password }: KubeUser): string[] {
  const basic = username !== "" || password !== "";
  const method = token === "" ? "tokenFile" : "token";
  if (basic && (token !== "" || tokenFile !== "")) return [`it has both ${method} and username or password`];
  // beside a token a file that is not there yet does no harm
  if (token !== "" || tokenFile === "") return [];
  const reason = unreadable(tokenFile);
  if (reason !== undefined) return [`its tokenFile ${shownPath(tokenFile)} cannot be read: ${reason}`];
  return found([readFileSync(tokenFile, "utf8").trim() === "" && `its tokenFile ${shownPath(tokenFile)} is empty`]);
}

/** Versions of the helpers' format that kubectl has; v1alpha1 was removed from it. */
export const execVersions: readonly string[] = ["v1", "v1beta1"].map((it) => `client.authentication.k8s.io/${it}`);

function execProblems({ apiVersion, command, env, interactiveMode }: KubeExec): string[] {
  return found([
    command === "" && "its exec has no command",
    !execVersions.includes(apiVersion) && `its exec.apiVersion "${apiVersion}" is not ${execVersions.join(" or ")}`,
    env.some(({ name }) => name === "") && "its exec.env has a variable without a name",
    interactiveMode === "" && "its exec has no interactiveMode, which must be Never, IfAvailable or Always",
    // a Pulumi program and its plugins have no terminal
    interactiveMode === "Always" && "its exec.interactiveMode is Always, and nobody can answer the helper here",
    !["", "Never", "IfAvailable", "Always"].includes(interactiveMode) &&
      `its exec.interactiveMode "${interactiveMode}" is not Never, IfAvailable or Always`,
  ]);
}

/**
 * Providers of tokens that were built in: client-go has removed azure and gcp. That of oidc keeps its tokens in the
 * kubeconfig, which kubectl writes anew: a program that runs beside it would use up a refresh token that is good for one
 * use. Each has a helper that is made for the purpose.
 */
const insteadOf: ReadonlyMap<string, string> = new Map([
  // https://github.com/int128/kubelogin
  ["oidc", "replace it by an exec of kubelogin, which `kubectl oidc-login setup` prints"],
  // https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
  ["gcp", "type `gcloud container clusters get-credentials`, which writes an exec of gke-gcloud-auth-plugin"],
  // https://azure.github.io/kubelogin
  ["azure", "type `kubelogin convert-kubeconfig`, which replaces it by an exec"],
]);

export function userProblems(user: KubeUser): string[] {
  const { authProvider, exec, impersonation } = user;
  const { uid, groups, extra } = impersonation;
  const beyondUser = uid !== "" || groups.length > 0 || Object.keys(extra).length > 0;
  return [
    ...tokenProblems(user),
    ...certificateProblems(user),
    ...(exec ? execProblems(exec) : []),
    ...found([
      authProvider !== undefined &&
        `its auth-provider "${authProvider}" is not supported: ` +
          (insteadOf.get(authProvider) ?? "use a helper (exec), a token or a client certificate"),
      beyondUser && impersonation.user === "" && "it has as-uid, as-groups or as-user-extra, but no as",
    ]),
  ];
}
