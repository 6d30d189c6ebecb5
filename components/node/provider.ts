import type grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { Api } from "./api.ts";
import type { Fault } from "./check.ts";
import { nodeClaim } from "./claim-resource.ts";
import { Cluster } from "./cluster.ts";
import { difference, type Change, type Difference } from "./diff.ts";
import { Refusal } from "./errors.ts";
import { serviceError } from "./failures.ts";
import { isContent, loadKubeConfig, type ClusterAddress } from "./kubeconfig.ts";
import { poolMembership } from "./membership-resource.ts";
import { openShiftNode } from "./node.ts";
import type { Known, Resource } from "./resource.ts";
import { schemaOf } from "./schema.ts";
import type { EngineLog } from "./serve.ts";
import type { Operation } from "./timeline.ts";
import { Cancelled } from "./wait.ts";
import { isUnknown, read, unknown, write, type Properties } from "./wire.ts";

const providerInputs = ["kubeconfig", "context"] as const;

/** The provider behind the engine's protocol (pulumi/pulumi, proto/pulumi/provider.proto). */
export class NodeProviderServer {
  readonly #log: EngineLog;
  readonly #version: string;
  readonly #cancel = new AbortController();
  readonly #resources: Record<string, Resource>;
  #address: ClusterAddress = { kubeconfig: undefined, context: undefined };
  #cluster: Promise<Cluster> | undefined;

  constructor(log: EngineLog, version: string) {
    this.#log = log;
    this.#version = version;
    const cluster = () => (this.#cluster ??= connect(this.#address));
    this.#resources = {
      "openshift-node:index:NodeClaim": nodeClaim(cluster),
      "openshift-node:index:OpenShiftNode": openShiftNode(cluster),
      "openshift-node:index:PoolMembership": poolMembership(cluster),
    };
  }

  /** The RPCs; what is not here the engine gets as UNIMPLEMENTED, which it accepts (Handshake among them). */
  implementation(): grpc.UntypedServiceImplementation {
    return {
      getPluginInfo: unary(() => done(new plugin.PluginInfo(), (it) => it.setVersion(this.#version))),
      getSchema: unary(() => done(new provider.GetSchemaResponse(), (it) => it.setSchema(schemaOf(this.#version)))),
      checkConfig: unary((request: provider.CheckRequest) => this.#checkConfig(request)),
      diffConfig: unary((request: provider.DiffRequest) => this.#diffConfig(request)),
      configure: unary((request: provider.ConfigureRequest) => this.#configure(request)),
      check: unary((request: provider.CheckRequest) => this.#check(request)),
      diff: unary((request: provider.DiffRequest) => this.#diff(request)),
      create: unary((request: provider.CreateRequest) => this.#create(request)),
      read: unary((request: provider.ReadRequest) => this.#read(request)),
      update: unary((request: provider.UpdateRequest) => this.#update(request)),
      delete: unary((request: provider.DeleteRequest) => this.#delete(request)),
      cancel: unary(() => {
        this.#cancel.abort(new Cancelled());
        return new empty.Empty();
      }),
    };
  }

  #checkConfig(request: provider.CheckRequest): provider.CheckResponse {
    const { properties, secret } = read(request.getNews());
    const faults = Object.entries(properties).flatMap(([property, value]): Fault[] => {
      if (property === "version" || property.startsWith("__")) return [];
      if (!(providerInputs as readonly string[]).includes(property)) {
        return [{ property, reason: `is not one of the provider's arguments: ${providerInputs.join(", ")}` }];
      }
      return typeof value === "string" && value !== "" ? [] : [{ property, reason: "must be a non-empty string" }];
    });
    const { kubeconfig } = properties;
    // a path is no secret, what is in the file is
    if (typeof kubeconfig === "string" && !isUnknown(kubeconfig) && isContent(kubeconfig)) secret.push("kubeconfig");
    return checked(properties, faults, secret);
  }

  /** Rotated credentials, another path or context: the same cluster to these resources, never a replacement. */
  #diffConfig(request: provider.DiffRequest): provider.DiffResponse {
    const olds = read(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).properties;
    return differing(difference(olds, read(request.getNews()).properties, []));
  }

  #configure(request: provider.ConfigureRequest): provider.ConfigureResponse {
    const { kubeconfig, context } = read(request.getArgs()).properties;
    const known = (value: unknown) => (typeof value === "string" && !isUnknown(value) ? value : undefined);
    this.#address = { kubeconfig: known(kubeconfig), context: known(context) };
    this.#cluster = undefined;
    const response = new provider.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  }

  #check(request: provider.CheckRequest): provider.CheckResponse {
    const { properties, secret } = read(request.getNews());
    const resource = this.#resource(request);
    const complete = resource.complete?.(properties) ?? properties;
    return checked(complete, resource.check(complete), secret);
  }

  async #diff(request: provider.DiffRequest): Promise<provider.DiffResponse> {
    const resource = this.#resource(request);
    const state = read(request.getOlds()).properties;
    const inputs = request.hasOldInputs() ? read(request.getOldInputs()).properties : without(state, resource.outputs);
    const news = read(request.getNews()).properties;
    const known = { id: request.getId(), inputs, state };
    const found = difference(resource.former?.(known, news) ?? inputs, news, resource.replacing);
    for (const path of await resource.drift(this.#operation(request), known, news)) {
      if (!found.changes.has(path)) found.changes.set(path, "update");
    }
    return differing(found, new Set(resource.outputs));
  }

  async #create(request: provider.CreateRequest): Promise<provider.CreateResponse> {
    const resource = this.#resource(request);
    const inputs = read(request.getProperties()).properties;
    const response = new provider.CreateResponse();
    if (request.getPreview()) {
      this.#remark(request, resource, inputs);
      const outputs = Object.fromEntries(resource.outputs.map((name) => [name, unknown]));
      response.setProperties(write({ ...inputs, ...outputs }));
      return response;
    }
    const { id, state } = await resource.create(this.#operation(request, request.getTimeout()), inputs);
    response.setId(id);
    response.setProperties(write(state));
    return response;
  }

  async #read(request: provider.ReadRequest): Promise<provider.ReadResponse> {
    const resource = this.#resource(request);
    const known = this.#known(request.getId(), request.getProperties(), request.getInputs());
    const found = await resource.read(this.#operation(request, request.getTimeout()), known);
    const response = new provider.ReadResponse();
    if (found === undefined) return response;
    response.setId(found.id);
    response.setProperties(write(found.state));
    response.setInputs(write(found.inputs));
    return response;
  }

  async #update(request: provider.UpdateRequest): Promise<provider.UpdateResponse> {
    const resource = this.#resource(request);
    const known = this.#known(request.getId(), request.getOlds(), request.getOldInputs());
    const inputs = read(request.getNews()).properties;
    const response = new provider.UpdateResponse();
    if (request.getPreview()) {
      this.#remark(request, resource, inputs);
      const joined = known.state["state"] === "Ready";
      const outputs: Properties = {};
      for (const name of resource.outputs) outputs[name] = (joined ? known.state[name] : unknown) ?? null;
      response.setProperties(write({ ...inputs, ...outputs }));
      return response;
    }
    response.setProperties(write(await resource.update(this.#operation(request, request.getTimeout()), known, inputs)));
    return response;
  }

  async #delete(request: provider.DeleteRequest): Promise<empty.Empty> {
    const known = this.#known(request.getId(), request.getProperties(), request.getOldInputs());
    await this.#resource(request).delete(this.#operation(request, request.getTimeout()), known);
    return new empty.Empty();
  }

  #remark(request: { getUrn(): string }, resource: Resource, inputs: Properties): void {
    const remark = resource.preview(inputs);
    if (remark !== undefined) this.#log.line(request.getUrn()).warn(remark);
  }

  #known(id: string, state: Struct | undefined, inputs: Struct | undefined): Known {
    return { id, state: read(state).properties, inputs: read(inputs).properties };
  }

  /** @param timeout seconds: the resource's customTimeouts; 0: none */
  #operation(request: { getUrn(): string }, timeout = 0): Operation {
    const urn = request.getUrn();
    const deadline = timeout > 0 ? Date.now() + timeout * 1000 : Infinity;
    return { urn, line: this.#log.line(urn), signal: this.#cancel.signal, deadline };
  }

  #resource(request: { getUrn(): string }): Resource {
    // urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>
    const type = request.getUrn().split("::")[2]?.split("$").at(-1) ?? "";
    const resource = this.#resources[type];
    if (!resource) throw new Refusal(`openshift-node has no resource type ${type}`);
    return resource;
  }
}

async function connect(address: ClusterAddress): Promise<Cluster> {
  return new Cluster(new Api(await loadKubeConfig(address)));
}

function checked(properties: Properties, faults: readonly Fault[], secret: readonly string[]): provider.CheckResponse {
  const response = new provider.CheckResponse();
  response.setInputs(write(properties, secret));
  for (const { property, reason } of faults) {
    const failure = new provider.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

const kinds: Record<Change, [plain: provider.PropertyDiff.Kind, replacing: provider.PropertyDiff.Kind]> = {
  add: [provider.PropertyDiff.Kind.ADD, provider.PropertyDiff.Kind.ADD_REPLACE],
  delete: [provider.PropertyDiff.Kind.DELETE, provider.PropertyDiff.Kind.DELETE_REPLACE],
  update: [provider.PropertyDiff.Kind.UPDATE, provider.PropertyDiff.Kind.UPDATE_REPLACE],
};

/** @param outputs properties whose change is one of the state, not of the inputs */
function differing({ changes, replaces }: Difference, outputs: ReadonlySet<string> = new Set()): provider.DiffResponse {
  const response = new provider.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
  response.setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME);
  response.setReplacesList(replaces);
  // one machine and one name: the old node leaves before the new one comes
  response.setDeletebeforereplace(replaces.length > 0);
  response.setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const top = path.split(/[.[]/)[0] ?? path;
    const detail = new provider.PropertyDiff();
    detail.setKind(kinds[change][replaces.includes(top) ? 1 : 0]);
    detail.setInputdiff(!outputs.has(top));
    response.getDetaileddiffMap().set(path, detail);
    response.addDiffs(top);
  }
  return response;
}

function without(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !names.includes(key)));
}

function done<T>(message: T, fill: (message: T) => unknown): T {
  fill(message);
  return message;
}

function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    // a handler may throw before it has a promise
    const answer = async () => handle(call.request);
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => callback(serviceError(error)),
    );
  };
}
