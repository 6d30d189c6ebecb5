import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { KubeCluster, KubeExec } from "./file.ts";
import { isPair, pemOf } from "./rules.ts";

/**
 * A helper of the kubeconfig that hands out credentials, run as kubectl runs it (client-go, plugin/pkg/client/auth/exec).
 * That of @kubernetes/client-node is not used: it passes no KUBERNETES_EXEC_INFO, checks no answer, never runs a helper
 * again whose credentials have no expiry, and leaves a hanging one running.
 */

/** What a helper handed out. */
export interface HelperCredentials {
  readonly token: string;
  /** PEM, both or none */
  readonly certificate: string;
  readonly key: string;
  /** ms since the epoch, undefined: until they are refused */
  readonly expires: number | undefined;
}

/** KUBERNETES_EXEC_INFO: what a helper is told (client-go, pkg/apis/clientauthentication and rest/exec.go). */
function execInfo({ apiVersion, provideClusterInfo }: KubeExec, cluster: KubeCluster): string {
  const authority = pemOf(cluster.authority);
  const told = {
    server: cluster.server,
    ...(cluster.tlsServerName !== "" && { "tls-server-name": cluster.tlsServerName }),
    ...(cluster.insecure && { "insecure-skip-tls-verify": true }),
    ...(authority !== undefined && { "certificate-authority-data": Buffer.from(authority).toString("base64") }),
    ...(cluster.proxyUrl !== "" && { "proxy-url": cluster.proxyUrl }),
    ...(cluster.disableCompression && { "disable-compression": true }),
    ...(cluster.execConfig !== undefined && { config: cluster.execConfig }),
  };
  const spec = { ...(provideClusterInfo && { cluster: told }), interactive: false };
  return JSON.stringify({ kind: "ExecCredential", apiVersion, spec });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** A plain name is looked for in this process's PATH, whatever PATH the helper is given (Go, os/exec, LookPath). */
function resolveCommand({ command, installHint }: KubeExec): string {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const candidates = command.includes(path.sep) ? [command] : folders.map((folder) => path.join(folder, command));
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  const place = command.includes(path.sep) ? "it is not an executable file" : "it is not in PATH";
  throw new Error(installHint === "" ? place : `${place}. ${installHint.trim()}`);
}

/** The last line that it wrote to its standard error, for a message. */
const lastLine = (output: string): string => output.trim().split("\n").at(-1)?.slice(0, 500) ?? "";

/** What the helper writes to its standard output. */
async function run(exec: KubeExec, cluster: KubeCluster, signal: AbortSignal): Promise<string> {
  const own = Object.fromEntries(exec.env.map(({ name, value }) => [name, value]));
  const env = { ...process.env, ...own, KUBERNETES_EXEC_INFO: execInfo(exec, cluster) };
  const child = spawn(resolveCommand(exec), exec.args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = Promise.withResolvers<{ code: number | null; killed: NodeJS.Signals | null }>();
  child.on("error", ended.reject).on("close", (code, killed) => ended.resolve({ code, killed }));
  const stop = (): void => {
    child.kill("SIGKILL");
    // what the helper has started itself may hold them open
    child.stdout.destroy();
    child.stderr.destroy();
    ended.reject(signal.reason);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [{ code, killed }, output, errors] = await Promise.all([
      ended.promise,
      text(child.stdout),
      text(child.stderr),
    ]);
    if (code === 0) return output;
    const end = killed === null ? `it ended with exit code ${code}` : `it was ended by ${killed}`;
    throw new Error(lastLine(errors) === "" ? end : `${end}: ${lastLine(errors)}`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

interface ExecCredential {
  readonly kind?: unknown;
  readonly apiVersion?: unknown;
  readonly status?: Readonly<Record<string, unknown>> | null;
}

/** Its message quotes nothing of the answer, which is a secret. */
function parseAnswer(output: string): ExecCredential {
  try {
    const answer: unknown = JSON.parse(output);
    if (typeof answer === "object" && answer !== null) return answer;
  } catch {
    // as below
  }
  throw new Error("its output is not a JSON object");
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** @throws Error that says what is wrong with the answer */
function credentialsOf({ kind, apiVersion, status }: ExecCredential, expected: string): HelperCredentials {
  if (kind !== "ExecCredential" || apiVersion !== expected)
    throw new Error(`its output is not an ExecCredential of ${expected}, as its apiVersion in the kubeconfig says`);
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status ?? {};
  const [certificate, key] = [textOf(clientCertificateData), textOf(clientKeyData)];
  if (textOf(token) === "" && certificate === "" && key === "")
    throw new Error("its output has neither status.token nor a client certificate");
  if ((certificate === "") !== (key === ""))
    throw new Error("its output has only one of status.clientCertificateData and status.clientKeyData");
  if (certificate !== "" && !isPair(certificate, key))
    throw new Error("its output's client certificate and key do not belong together, or are not PEM");
  const expires = expirationTimestamp == null ? undefined : Date.parse(textOf(expirationTimestamp));
  if (Number.isNaN(expires)) throw new Error("its output's status.expirationTimestamp is not a time");
  return { token: textOf(token), certificate, key, expires };
}

/**
 * Runs the helper until it ends, or the signal ends it.
 *
 * @throws Error that says what is wrong, and not with which helper; the signal's reason
 */
export async function runHelper(exec: KubeExec, cluster: KubeCluster, signal: AbortSignal): Promise<HelperCredentials> {
  return credentialsOf(parseAnswer(await run(exec, cluster, signal)), exec.apiVersion);
}
