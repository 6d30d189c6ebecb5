import type grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { UserError } from "../../lib/errors.ts";
import { Cancelled } from "../../lib/wait.ts";
import { type CloudIdentity, isSameCloud } from "../../openstack/cloud-identity.ts";
import { difference } from "../operation/diff.ts";
import type { Operation } from "../operation/phases.ts";
import { type Properties, read, unknown, write } from "../operation/property-values.ts";
import { StackCloud } from "../leftovers/stack-cloud.ts";
import { accountKey } from "../resources/account-key.ts";
import { containerClaim } from "../resources/container-claim.ts";
import { nodeClaim } from "../resources/node-claim.ts";
import { nodeDrain } from "../resources/node-drain.ts";
import { openShiftNode } from "../resources/openshift-node.ts";
import { poolMembership } from "../resources/pool-membership.ts";
import { trunkClaim } from "../resources/trunk-claim.ts";
import { type Known, PartialResult, type Resource } from "../resources/resource.ts";
import { refuseOtherCloud } from "./cloud.ts";
import { configFailures, type Configuration, configurationOf, secretInputs } from "./config.ts";
import { type Connection, openConnection } from "./connection.ts";
import type { EngineLog } from "./host.ts";
import { cloudIn, identityProblem, withIdentity } from "./identity.ts";
import { checked, differing, done, unary } from "./responses.ts";
import { schemaOf } from "./schema.ts";
import { deletionAllowed, unreachableAfter } from "./unreachable.ts";
import { nameOf, partsOf } from "./urn.ts";

/** The provider behind the engine's protocol (pulumi/pulumi, proto/pulumi/provider.proto). */
export class NodeProviderServer {
  readonly #log: EngineLog;
  readonly #version: string;
  readonly #cancel = new AbortController();
  readonly #resources: Record<string, Resource>;
  readonly #gracePeriod: number;
  #configuration: Configuration | undefined = configurationOf({});
  #connection: Promise<Connection> | undefined;
  #cloud: StackCloud | undefined;
  /** where the program has just found itself to be logged in */
  #seenCloud: CloudIdentity | undefined;
  /** the last message about an update, by the resource's URN */
  readonly #told = new Map<string, string>();
  /** URNs of the resources that the command's program declares: Check comes before everything else */
  readonly #declared = new Set<string>();

  /** @param gracePeriod ms without a response of the API server before a deletion may be skipped; for tests */
  constructor(log: EngineLog, version: string, gracePeriod = unreachableAfter) {
    this.#log = log;
    this.#version = version;
    this.#gracePeriod = gracePeriod;
    const cluster = async () => (await this.#connect()).cluster;
    const cloud = () => this.#cloud;
    this.#resources = {
      "openshift-node:index:AccountKey": accountKey(cloud),
      "openshift-node:index:ContainerClaim": containerClaim(cloud),
      "openshift-node:index:NodeClaim": nodeClaim(cluster, cloud),
      "openshift-node:index:NodeDrain": nodeDrain(cluster, cloud),
      "openshift-node:index:OpenShiftNode": openShiftNode(cluster, cloud),
      "openshift-node:index:PoolMembership": poolMembership(cluster),
      "openshift-node:index:TrunkClaim": trunkClaim(cloud),
    };
  }

  /** The RPCs; what is not here the engine gets as UNIMPLEMENTED, which it accepts. */
  implementation(): grpc.UntypedServiceImplementation {
    return {
      handshake: unary(() => done(new provider.ProviderHandshakeResponse(), (it) => it.setAcceptSecrets(true))),
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
    const former = read(request.getOlds()).properties;
    this.#seenCloud = cloudIn(properties);
    const inputs = withIdentity(properties, former);
    return checked({ inputs, failures: configFailures(properties, former) }, [...secret, ...secretInputs(inputs)]);
  }

  /**
   * Rotated credentials or another path or context lead to the same cluster: never a replacement. CheckConfig has already
   * refused another cluster or project, in a form that the engine shows better.
   */
  #diffConfig(request: provider.DiffRequest): provider.DiffResponse {
    const olds = read(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).properties;
    const news = read(request.getNews()).properties;
    const refusal = identityProblem(olds, news);
    if (refusal !== undefined) throw new UserError(refusal.reason);
    return differing(difference(olds, news, []));
  }

  /**
   * Checks the files, so that an error is reported once; sends nothing to the cluster. Asks the cloud's identity service
   * which project the entry of clouds.yaml leads to, unless the program has just done so: a refresh and a destroy do not run
   * it, and configure the providers of all resources before they read or delete any.
   */
  async #configure(request: provider.ConfigureRequest): Promise<provider.ConfigureResponse> {
    this.#configuration = configurationOf(read(request.getArgs()).properties);
    this.#connection = undefined;
    this.#declared.clear();
    const cloudName = this.#configuration?.cloudName;
    this.#cloud = cloudName === undefined ? undefined : new StackCloud(cloudName);
    if (this.#configuration) await this.#connect();
    const pin = this.#configuration?.cloud;
    const isSeen = pin && this.#seenCloud && isSameCloud(pin.identity, this.#seenCloud);
    if (pin && this.#cloud && !isSeen) await refuseOtherCloud(pin, this.#cloud, this.#cancel.signal);
    const response = new provider.ConfigureResponse();
    response.setSupportspreview(true);
    response.setAcceptsecrets(true);
    return response;
  }

  #check(request: provider.CheckRequest): provider.CheckResponse {
    const { properties, secret } = read(request.getNews());
    this.#declared.add(request.getUrn());
    return checked(this.#resource(request).check(properties), secret);
  }

  async #diff(request: provider.DiffRequest): Promise<provider.DiffResponse> {
    const resource = this.#resource(request);
    const olds = read(request.getOlds());
    const state = olds.properties;
    const inputs = request.hasOldInputs() ? read(request.getOldInputs()).properties : without(state, resource.outputs);
    const { properties: news, secret } = read(request.getNews());
    const known = { id: request.getId(), inputs, state };
    const before = resource.former?.(known, news) ?? inputs;
    const found = difference(before, news, resource.replacing);
    const repairs = this.#configuration
      ? await this.#run(request, "diff", 0, (operation) => resource.drift(operation, known, news))
      : [];
    for (const { path } of repairs) if (!found.changes.has(path)) found.changes.set(path, "update");
    if (found.replaces.length === 0) {
      const hidden = new Set([...olds.secret, ...secret]);
      this.#tell(request, resource.describe?.({ before, after: news, repairs, secret: hidden }));
    }
    return differing(found, new Set(resource.outputs));
  }

  /** A refresh within an update has the engine ask for the same difference twice. */
  #tell(request: { getUrn(): string }, text: string | undefined): void {
    const urn = request.getUrn();
    if (text === undefined || this.#told.get(urn) === text) return;
    this.#told.set(urn, text);
    this.#log.forResource(urn).info(text);
  }

  async #create(request: provider.CreateRequest): Promise<provider.CreateResponse> {
    const resource = this.#resource(request);
    const { properties: inputs, secret } = read(request.getProperties());
    const response = new provider.CreateResponse();
    if (request.getPreview()) {
      this.#remark(request, resource, inputs);
      const outputs = Object.fromEntries(resource.outputs.map((name) => [name, unknown]));
      response.setProperties(write({ ...inputs, ...outputs }, secret));
      return response;
    }
    const work = (operation: Operation) => keeping(secret, resource.create(operation, inputs));
    const { id, state } = await this.#run(request, "create", request.getTimeout(), work);
    response.setId(id);
    response.setProperties(write(state, [...secret, ...(resource.secrets ?? [])]));
    return response;
  }

  async #read(request: provider.ReadRequest): Promise<provider.ReadResponse> {
    const resource = this.#resource(request);
    const { known, secret } = knownOf(request.getId(), request.getProperties(), request.getInputs());
    const work = (operation: Operation) => resource.read(operation, known);
    const found = await this.#run(request, "read", request.getTimeout(), work);
    const response = new provider.ReadResponse();
    if (found === undefined) return response;
    response.setId(found.id);
    response.setProperties(write(found.state, secret));
    response.setInputs(write(found.inputs, secret));
    return response;
  }

  async #update(request: provider.UpdateRequest): Promise<provider.UpdateResponse> {
    const resource = this.#resource(request);
    const { known, secret: former } = knownOf(request.getId(), request.getOlds(), request.getOldInputs());
    const { properties: inputs, secret: now } = read(request.getNews());
    const secret = [...former, ...now];
    const response = new provider.UpdateResponse();
    if (request.getPreview()) {
      this.#remark(request, resource, inputs);
      const joined = known.state["state"] === "Ready";
      const outputs: Properties = {};
      for (const name of resource.outputs) outputs[name] = (joined ? known.state[name] : unknown) ?? null;
      response.setProperties(write({ ...inputs, ...outputs }, secret));
      return response;
    }
    const work = (operation: Operation) => keeping(secret, resource.update(operation, known, inputs));
    response.setProperties(write(await this.#run(request, "update", request.getTimeout(), work), secret));
    return response;
  }

  async #delete(request: provider.DeleteRequest): Promise<empty.Empty> {
    const resource = this.#resource(request);
    const { known } = knownOf(request.getId(), request.getProperties(), request.getOldInputs());
    await this.#run(request, "delete", request.getTimeout(), async (operation) => {
      if (resource.needsCluster === false) return resource.delete(operation, known);
      const { api, configuration } = await this.#connect();
      const policy = configuration.clusterUnreachable;
      const deletion = { what: nameOf(request.getUrn()), policy, gracePeriod: this.#gracePeriod };
      const skips = !(await deletionAllowed(api, operation, deletion));
      await (skips ? resource.deleteSkippingCluster?.(operation, known) : resource.delete(operation, known));
    });
    return new empty.Empty();
  }

  #remark(request: { getUrn(): string }, resource: Resource, inputs: Properties): void {
    const remark = resource.preview(inputs);
    if (remark !== undefined) this.#log.forResource(request.getUrn()).warn(remark);
  }

  #connect(): Promise<Connection> {
    if (!this.#configuration)
      throw new UserError("the provider's arguments are not known yet: the cluster cannot be reached");
    return (this.#connection ??= openConnection(this.#configuration));
  }

  /**
   * Does the work of one request. A resource's own message about its cancellation is kept; others get one here.
   *
   * @param timeout seconds: the resource's customTimeouts; 0: none
   */
  async #run<T>(
    request: { getUrn(): string },
    verb: Operation["verb"],
    timeout: number,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> {
    const urn = request.getUrn();
    const deadline = timeout > 0 ? Date.now() + timeout * 1000 : Infinity;
    try {
      const replacement = this.#declared.has(urn);
      const { signal } = this.#cancel;
      return await work({ urn, verb, log: this.#log.forResource(urn), signal, deadline, replacement });
    } catch (error) {
      if (!(error instanceof Cancelled)) throw error;
      const reading = verb === "diff" || verb === "read";
      const kept = reading
        ? "Nothing was changed."
        : "Completed steps are kept: run the same command again to continue.";
      throw new UserError(`${nameOf(urn)}: ${verb} cancelled. ${kept}`);
    }
  }

  #resource(request: { getUrn(): string }): Resource {
    const { type } = partsOf(request.getUrn());
    const resource = this.#resources[type];
    if (!resource) throw new UserError(`openshift-node has no resource type ${type}`);
    return resource;
  }
}

function knownOf(
  id: string,
  state: Struct | undefined,
  inputs: Struct | undefined,
): { known: Known; secret: string[] } {
  const [stored, given] = [read(state), read(inputs)];
  const known = { id, state: stored.properties, inputs: given.properties };
  return { known, secret: [...stored.secret, ...given.secret] };
}

/** The kept properties of work that failed halfway have the same secrets as its inputs. */
async function keeping<T>(secret: readonly string[], work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PartialResult) error.secret = secret;
    throw error;
  }
}

function without(properties: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !names.includes(key)));
}
