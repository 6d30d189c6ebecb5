import grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type engine from "@pulumi/pulumi/proto/engine_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import rpcStatus from "@pulumi/pulumi/proto/status_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { type Properties, read, write } from "../../../components/node/operation/property-values.ts";

const wrapper = path.resolve(import.meta.dirname, "../../../components/node/pulumi-resource-openshift-node");

export interface Message {
  severity: number;
  urn: string;
  text: string;
  ephemeral: boolean;
}

/** The node provider as the engine runs it: its own process, spoken to by gRPC, with an engine that takes its messages. */
export interface Plugin {
  process: ChildProcess;
  client: providerRpc.ResourceProviderClient;
  messages: Message[];
  call<T>(method: Method, request: unknown): Promise<T>;
  /** sends the signal and resolves, once the process is gone, with its exit code; null if the signal itself killed it */
  end(signal: Signal): Promise<number | null>;
}

type Signal = "SIGINT" | "SIGTERM" | "SIGKILL";

type Method =
  | "handshake"
  | "getPluginInfo"
  | "getSchema"
  | "checkConfig"
  | "diffConfig"
  | "configure"
  | "check"
  | "diff"
  | "create"
  | "read"
  | "update"
  | "delete"
  | "cancel";

/** A plugin that waits 0.6 s and not a minute for a cluster that does not answer. */
export const impatientPlugin: Command = [process.execPath, path.resolve(import.meta.dirname, "impatient-plugin.ts")];

type Command = readonly [file: string, ...args: string[]];

export async function startPlugin(
  [file, ...args]: Command = [wrapper],
  env: Readonly<Record<string, string>> = {},
): Promise<Plugin> {
  const messages: Message[] = [];
  const engineServer = await startEngine(messages);
  const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
  // Jest's process.env is a copy, of which a child process would see nothing
  const child = spawn(file, [...args, engineServer.address], { stdio, env: { ...process.env, ...env } });
  const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const client = new providerRpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const call = <T>(method: Method, request: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      const answer = (error: grpc.ServiceError | null, response: T) => (error ? reject(error) : resolve(response));
      (client[method] as unknown as (request: unknown, callback: typeof answer) => void).call(client, request, answer);
    });
  const end = async (signal: Signal) => {
    const gone = child.exitCode === null ? once(child, "exit") : undefined;
    child.kill(signal);
    await gone;
    client.close();
    engineServer.server.forceShutdown();
    return child.exitCode;
  };
  return { process: child, client, messages, call, end };
}

/** The error that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    return error as Failure;
  }
  throw new Error("it did not fail");
}

export interface Failure {
  details: string;
  metadata: { get(key: string): Buffer[] };
}

/** An engine that keeps what is logged. */
export async function startEngine(messages: Message[]): Promise<{ server: grpc.Server; address: string }> {
  const server = new grpc.Server();
  server.addService(engineRpc.EngineService, {
    log: (call: grpc.ServerUnaryCall<engine.LogRequest, empty.Empty>, callback: grpc.sendUnaryData<empty.Empty>) => {
      const it = call.request;
      messages.push({
        severity: it.getSeverity(),
        urn: it.getUrn(),
        text: it.getMessage(),
        ephemeral: it.getEphemeral(),
      });
      callback(null, new empty.Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, it) =>
      error ? reject(error) : resolve(it),
    );
  });
  return { server, address: `127.0.0.1:${port}` };
}

const type = {
  node: "openshift-node:index:OpenShiftNode",
  claim: "openshift-node:index:NodeClaim",
  container: "openshift-node:index:ContainerClaim",
  drain: "openshift-node:index:NodeDrain",
  membership: "openshift-node:index:PoolMembership",
};

export function urn(kind: keyof typeof type, name = "w0"): string {
  return `urn:pulumi:lab::openstack-baremetal-compute::my:index:Worker$${type[kind]}::${name}`;
}

export function checkRequest(urn: string, news: Properties, olds: Properties = {}): provider.CheckRequest {
  const request = new provider.CheckRequest();
  request.setUrn(urn);
  request.setNews(write(news));
  request.setOlds(write(olds));
  return request;
}

export function diffRequest(
  urn: string,
  olds: Properties,
  oldInputs: Properties,
  news: Properties,
): provider.DiffRequest {
  const request = new provider.DiffRequest();
  request.setId("w0");
  request.setUrn(urn);
  request.setOlds(write(olds));
  request.setOldInputs(write(oldInputs));
  request.setNews(write(news));
  return request;
}

export function configureRequest(args: Properties): provider.ConfigureRequest {
  const request = new provider.ConfigureRequest();
  request.setArgs(write(args));
  return request;
}

export function createRequest(
  urn: string,
  properties: Properties,
  options: { preview?: boolean; timeout?: number } = {},
): provider.CreateRequest {
  const request = new provider.CreateRequest();
  request.setUrn(urn);
  request.setProperties(write(properties));
  request.setPreview(options.preview ?? false);
  request.setTimeout(options.timeout ?? 0);
  return request;
}

export function updateRequest(urn: string, olds: Properties, news: Properties): provider.UpdateRequest {
  const request = new provider.UpdateRequest();
  request.setId(olds["nodeName"] as string);
  request.setUrn(urn);
  request.setOlds(write(olds));
  request.setNews(write(news));
  return request;
}

/** @param timeout seconds: the resource's customTimeouts */
export function deleteRequest(urn: string, properties: Properties, timeout = 0): provider.DeleteRequest {
  const request = new provider.DeleteRequest();
  request.setTimeout(timeout);
  request.setId(properties["nodeName"] as string);
  request.setUrn(urn);
  request.setProperties(write(properties));
  return request;
}

export function readRequest(urn: string, properties: Properties): provider.ReadRequest {
  const request = new provider.ReadRequest();
  request.setId(properties["nodeName"] as string);
  request.setUrn(urn);
  request.setProperties(write(properties));
  return request;
}

export function propertiesOf(message: { getProperties(): Parameters<typeof read>[0] }): Properties {
  return read(message.getProperties()).properties;
}

/** The properties that the engine is told to keep of a resource that is half done. */
export function initFailure(details: Buffer | undefined): Properties {
  const [packed] = rpcStatus.Status.deserializeBinary(details ?? new Uint8Array()).getDetailsList();
  if (!packed) throw new Error("the failure has no details");
  const failed = provider.ErrorResourceInitFailed.deserializeBinary(packed.getValue_asU8());
  return read(failed.getProperties()).properties;
}
