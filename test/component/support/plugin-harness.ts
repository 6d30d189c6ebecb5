import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { type Properties, read, write } from "../../../components/node/operation/property-values.ts";
import { worker } from "../../support/node-fixtures.ts";
import { eventually, NodeHarness } from "./node-harness.ts";
import {
  checkRequest,
  configureRequest,
  createRequest,
  diffRequest,
  failureOf,
  initFailure,
  type Plugin,
  propertiesOf,
  startPlugin,
  updateRequest,
  urn,
} from "./plugin-client.ts";

type Kind = "node" | "claim" | "drain";

/** A resource as the engine keeps it. */
export interface Kept {
  id: string;
  inputs: Properties;
  state: Properties;
}

/** The plugin's process against a scripted API server, asked in whole operations of the engine. */
export class PluginHarness {
  cluster = new NodeHarness();
  #plugin: Plugin | undefined;

  get plugin(): Plugin {
    if (!this.#plugin) throw new Error("the plugin is not started");
    return this.#plugin;
  }

  async start(): Promise<void> {
    this.#plugin = await startPlugin();
  }

  /** The process ends without an answer, as by the OOM killer; the next command has another one, which knows nothing. */
  async kill(): Promise<void> {
    await this.plugin.end("SIGKILL");
    await this.start();
    await this.configure();
  }

  /** A cluster without a Node. */
  async reset(): Promise<void> {
    this.cluster = new NodeHarness();
    await this.cluster.start();
    this.plugin.messages.length = 0;
    await this.configure();
  }

  /** The next command's process. @param signal SIGKILL: the one before is killed, whatever it was about to do */
  async restart(signal: "SIGINT" | "SIGKILL" = "SIGINT"): Promise<void> {
    await this.plugin.end(signal);
    await this.start();
    await this.configure();
  }

  /** As at the begin of every command: what the plugin knew of the cluster is forgotten. */
  async configure(): Promise<void> {
    await this.plugin.call("configure", configureRequest({ kubeconfig: this.cluster.api.kubeconfig() }));
  }

  /** A refresh; without a state it is an import. */
  async read(kind: Kind, id: string, inputs: Properties = {}, state: Properties = {}): Promise<Kept> {
    const request = new provider.ReadRequest();
    request.setId(id);
    request.setUrn(urn(kind));
    request.setInputs(write(inputs));
    request.setProperties(write(state));
    const response = await this.plugin.call<provider.ReadResponse>("read", request);
    return { id: response.getId(), inputs: read(response.getInputs()).properties, state: propertiesOf(response) };
  }

  check(kind: Kind, inputs: Properties): Promise<provider.CheckResponse> {
    return this.plugin.call("check", checkRequest(urn(kind), inputs));
  }

  /** The paths that a preview shows, in order, and what it replaces. */
  async diff(
    kind: Kind,
    { state, inputs }: Kept,
    news: Properties,
  ): Promise<{ changed: string[]; replaces: string[] }> {
    const response = await this.plugin.call<provider.DiffResponse>("diff", diffRequest(urn(kind), state, inputs, news));
    const details = response.getDetaileddiffMap().toArray() as [string, unknown][];
    return { changed: details.map(([path]) => path).sort(), replaces: response.getReplacesList() };
  }

  async create(inputs: Properties, kind: Kind = "node"): Promise<Properties> {
    return propertiesOf(await this.plugin.call<provider.CreateResponse>("create", createRequest(urn(kind), inputs)));
  }

  async update(state: Properties, news: Properties, inputs: Properties = {}, kind: Kind = "node"): Promise<Properties> {
    const request = updateRequest(urn(kind), state, news);
    request.setOldInputs(write(inputs));
    return propertiesOf(await this.plugin.call<provider.UpdateResponse>("update", request));
  }

  async detach({ state, inputs }: Omit<Kept, "id">, kind: Kind = "node"): Promise<void> {
    const request = new provider.DeleteRequest();
    request.setId(worker.nodeName);
    request.setUrn(urn(kind));
    request.setProperties(write(state));
    request.setOldInputs(write(inputs));
    await this.plugin.call("delete", request);
  }

  /** Resolves once the plugin has told the engine so. */
  hasLogged(expected: RegExp): Promise<void> {
    return eventually(() => this.plugin.messages.some((it) => expected.test(it.text)));
  }
}

/** One process of the plugin for all tests of a file; each gets a cluster of its own, without a Node. */
export function sharedPlugin(): PluginHarness {
  const harness = new PluginHarness();
  beforeAll(() => harness.start());
  afterAll(() => harness.plugin.end("SIGINT"));
  beforeEach(() => harness.reset());
  afterEach(() => {
    harness.cluster.stop();
  });
  return harness;
}

/** The state of a worker that is Ready, by its inputs. */
export const readyState = (inputs: Properties): Properties => ({
  ...inputs,
  nodeUid: "node-uid",
  providerId: `openstack:///${worker.serverId}`,
  internalIp: "10.0.0.10",
  state: "Ready",
  timeline: [],
});

/** What a preview shows when nothing changes. */
export const noChanges = { changed: [], replaces: [] };

/** What an operation says that fails, and the state that it leaves. */
export async function partialOf(work: Promise<unknown>): Promise<{ details: string; state: Properties }> {
  const { details, metadata } = await failureOf(work);
  return { details, state: initFailure(metadata.get("grpc-status-details-bin")[0]) };
}

/** What an operation that is refused says. */
export function errorOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "it did not fail",
    (error: unknown) => (error as { details: string }).details,
  );
}
