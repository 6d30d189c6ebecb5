import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { ApiError } from "../../../../components/kubernetes/api-error.ts";
import { hasUnknown, type Properties, read, write } from "../../../../components/node/operation/property-values.ts";
import { AlreadyExistsError, type Cluster, NoSuchKindError } from "./cluster.ts";
import { connect, otherCluster, refusals, type Switches, switchesOf } from "./config.ts";
import { type Change, difference, inputsIn } from "./diff.ts";
import { type Kind, kindOf } from "./kinds.ts";
import { fieldManagerOf, idOf, keys, metadataOf, named, nameOf, normalize, parseId, withMetadata } from "./objects.ts";

/** Seconds to wait for a deleted object to be gone, unless customTimeouts says otherwise; as the official plugin. */
const deleteTimeout = 300;

const propertiesOf = (message: Struct | undefined): Properties => read(message).properties;

/** What the checkpoint must not hold in clear; the engine wraps whatever else was secret in the inputs. */
const secretsOf = ({ kind, apiVersion }: Kind): string[] =>
  kind === "Secret" && apiVersion === "v1" ? ["data", "stringData"] : [];

function failure(property: string, reason: string): messages.CheckFailure {
  return new messages.CheckFailure().setProperty(property).setReason(reason);
}

const PropertyDiff = messages.PropertyDiff;
const kindsOfChange: Record<Change, [plain: messages.PropertyDiff.Kind, replacing: messages.PropertyDiff.Kind]> = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
};

function diffResponse(changes: ReadonlyMap<string, Change>, replaces: readonly string[]): messages.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList([...replaces])
    .setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const kind = kindsOfChange[change][replaces.includes(path) ? 1 : 0];
    // shown against the old inputs: the old state has more than the program gave, and never stringData
    const ofInputs = change === "delete" || path.startsWith("stringData");
    response.getDetaileddiffMap().set(path, new PropertyDiff().setKind(kind).setInputdiff(ofInputs));
  }
  return response;
}

/**
 * The Kubernetes plugin's answers to the engine. Secrets come in clear and are wrapped again by the engine, which is told
 * that the plugin does not know them; unknown values stay as they are and keep a preview from the cluster.
 */
export class KubernetesProvider {
  readonly #version: string;
  readonly #cancelled = new AbortController();
  #cluster: Cluster | undefined;
  #namespace: string | undefined;
  #switches: Switches = switchesOf({});

  constructor(version: string) {
    this.#version = version;
  }

  getPluginInfo = (): plugins.PluginInfo => new plugins.PluginInfo().setVersion(this.#version);

  checkConfig = (request: messages.CheckRequest): messages.CheckResponse => {
    const { properties, secret } = read(request.getNews());
    const failures = refusals(properties).map(({ property, reason }) => failure(property, reason));
    return new messages.CheckResponse().setInputs(write(properties, secret)).setFailuresList(failures);
  };

  diffConfig = (request: messages.DiffRequest): messages.DiffResponse => {
    const olds = propertiesOf(request.getOldInputs() ?? request.getOlds());
    const news = propertiesOf(request.getNews());
    const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((key) => olds[key] !== news[key]);
    const changes = new Map(changed.map((key): [string, Change] => [key, "update"]));
    return diffResponse(changes, otherCluster(olds, news));
  };

  configure = (request: messages.ConfigureRequest): messages.ConfigureResponse => {
    const inputs = propertiesOf(request.getArgs());
    this.#switches = switchesOf(inputs);
    if (!hasUnknown(inputs)) {
      const { cluster, namespace } = connect(inputs, this.#cancelled.signal);
      this.#cluster = cluster;
      this.#namespace = namespace;
    }
    return new messages.ConfigureResponse().setSupportspreview(true);
  };

  cancel = (): empty.Empty => {
    this.#cancelled.abort(new Error("cancelled"));
    return new empty.Empty();
  };

  check = async (request: messages.CheckRequest): Promise<messages.CheckResponse> => {
    const news = propertiesOf(request.getNews());
    const response = new messages.CheckResponse().setInputs(request.getNews());
    let kind: Kind;
    try {
      kind = kindOf(request.getType());
    } catch (error) {
      return response.setFailuresList([failure("", (error as Error).message)]);
    }
    if (metadataOf(news)["generateName"] !== undefined) {
      return response.setFailuresList([failure("metadata.generateName", "not supported with server-side apply")]);
    }
    const olds = propertiesOf(request.getOlds());
    const checked = await this.#placed(kind, named(news, olds, request.getName(), request.getRandomseed_asU8()));
    return response.setInputs(write(checked, secretsOf(kind)));
  };

  /** The provider's default namespace, where there is one and the kind has namespaces. */
  async #placed(kind: Kind, object: Properties): Promise<Properties> {
    if (!this.#cluster || !this.#namespace || metadataOf(object)["namespace"] !== undefined) return object;
    try {
      return await this.#cluster.place(kind, object);
    } catch (error) {
      // its CustomResourceDefinition may be created by the same program
      if (error instanceof NoSuchKindError) return withMetadata(object, { namespace: this.#namespace });
      throw error;
    }
  }

  diff = (request: messages.DiffRequest): messages.DiffResponse => {
    const { changes, replaces, deleteBeforeReplace } = difference(
      this.#mutable(kindOf(request.getType())),
      propertiesOf(request.getOlds()),
      propertiesOf(request.getOldInputs()),
      propertiesOf(request.getNews()),
      request.getIgnorechangesList(),
    );
    return diffResponse(changes, replaces).setDeletebeforereplace(deleteBeforeReplace);
  };

  #mutable(kind: Kind): Kind {
    const data = ["data", "stringData", "binaryData"];
    const mutable =
      (kind.kind === "Secret" && this.#switches.enableSecretMutable) ||
      (kind.kind === "ConfigMap" && this.#switches.enableConfigMapMutable);
    return mutable ? { ...kind, replacing: kind.replacing.filter((key) => !data.includes(key)) } : kind;
  }

  create = async (request: messages.CreateRequest): Promise<messages.CreateResponse> => {
    const kind = kindOf(request.getType());
    const inputs = propertiesOf(request.getProperties());
    const preview = request.getPreview();
    if (preview && (hasUnknown(inputs) || !this.#cluster)) {
      return new messages.CreateResponse().setProperties(request.getProperties());
    }
    const cluster = this.#connected();
    const fieldManager = fieldManagerOf(inputs, {}, request.getUrn());
    try {
      const object = await cluster.place(kind, normalize(inputs));
      // a preview forces where there is no earlier state, as the official plugin does
      const force = preview || this.#switches.enablePatchForce;
      const live = this.#switches.upsertExistingObjects
        ? await cluster.apply(kind, object, { fieldManager, force, dryRun: preview })
        : await cluster.create(kind, object, preview);
      return new messages.CreateResponse()
        .setId(preview ? "" : idOf(live))
        .setProperties(this.#state(kind, live, fieldManager, preview));
    } catch (error) {
      if (preview && isBeyondPreview(error))
        return new messages.CreateResponse().setProperties(request.getProperties());
      throw new Error(`${kind.kind} ${nameOf(inputs)} was not created: ${(error as Error).message}`, { cause: error });
    }
  };

  read = async (request: messages.ReadRequest): Promise<messages.ReadResponse> => {
    const kind = kindOf(request.getType());
    const { namespace, name } = parseId(request.getId());
    const live = await this.#connected().read(kind, namespace, name);
    if (!live) return new messages.ReadResponse();
    const oldInputs = propertiesOf(request.getInputs());
    const inputs = inputsIn(live, oldInputs);
    const fieldManager = fieldManagerOf(oldInputs, propertiesOf(request.getProperties()), request.getUrn());
    return new messages.ReadResponse()
      .setId(request.getId())
      .setInputs(write(inputs, secretsOf(kind)))
      .setProperties(this.#state(kind, live, fieldManager, false));
  };

  update = async (request: messages.UpdateRequest): Promise<messages.UpdateResponse> => {
    const kind = kindOf(request.getType());
    const inputs = propertiesOf(request.getNews());
    const preview = request.getPreview();
    if (preview && (hasUnknown(inputs) || !this.#cluster)) {
      return new messages.UpdateResponse().setProperties(request.getNews());
    }
    const cluster = this.#connected();
    const fieldManager = fieldManagerOf(inputs, propertiesOf(request.getOlds()), request.getUrn());
    try {
      const { namespace, name } = parseId(request.getId());
      const before = await cluster.read(kind, namespace, name);
      if (!before) {
        throw new Error("it is gone from the cluster; `pulumi refresh` takes note of that");
      }
      const object = await cluster.place(kind, normalize(inputs));
      const force = this.#switches.enablePatchForce;
      const live = await cluster.update(kind, before, object, { fieldManager, force, dryRun: preview });
      return new messages.UpdateResponse().setProperties(this.#state(kind, live, fieldManager, preview));
    } catch (error) {
      if (preview && isBeyondPreview(error)) return new messages.UpdateResponse().setProperties(request.getNews());
      throw new Error(`${kind.kind} ${request.getId()} was not updated: ${(error as Error).message}`, { cause: error });
    }
  };

  delete = async (request: messages.DeleteRequest): Promise<empty.Empty> => {
    const { namespace, name } = parseId(request.getId());
    await this.#connected().delete(kindOf(request.getType()), namespace, name, request.getTimeout() || deleteTimeout);
    return new empty.Empty();
  };

  #connected(): Cluster {
    if (!this.#cluster) throw new Error("the provider's kubeconfig is not known yet");
    return this.#cluster;
  }

  /** What the engine keeps: the object as the cluster has it. A preview has no status: the program may wait for it. */
  #state(kind: Kind, live: Properties, fieldManager: string, preview: boolean): Struct {
    const { status, ...rest } = live;
    const shown = preview || status === undefined ? rest : live;
    return write(
      { ...shown, [keys.stateFieldManager]: fieldManager, [keys.stateApiVersion]: kind.apiVersion },
      secretsOf(kind),
    );
  }
}

/**
 * Refusals of a dry run that say nothing of the real one: no right to try, a namespace or kind yet to be created, an
 * object that a replacement deletes first.
 */
function isBeyondPreview(error: unknown): boolean {
  if (error instanceof NoSuchKindError || error instanceof AlreadyExistsError) return true;
  return error instanceof ApiError && (error.status === 403 || error.status === 404);
}
