import grpc from "@grpc/grpc-js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { read, write } from "../../../../components/node/operation/property-values.ts";
import { chosen, homeOf } from "../../../lab/engine/choice.ts";
import { neededPlugins } from "../../../lab/engine/plugins.ts";

/** Who and where the OpenStack provider is: what its function getAuthScope answers. */
const scopeSchema = z.object({
  projectId: z.string(),
  userId: z.string(),
  region: z.string(),
  roles: z.array(z.object({ roleName: z.string() })),
  serviceCatalogs: z.array(
    z.object({
      type: z.string(),
      endpoints: z.array(
        z.object({ interface: z.string(), region: z.string(), regionId: z.string(), url: z.string() }),
      ),
    }),
  ),
});

export type Scope = z.output<typeof scopeSchema>;

/** Where a plugin runs. */
export interface Place {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

interface Answer {
  getFailuresList(): provider.CheckFailure[];
}

async function pluginFile(): Promise<string> {
  const engine = await chosen();
  const needed = (await neededPlugins()).find(({ name }) => name === "openstack");
  if (!engine || !needed) throw new Error("the lab's Pulumi engine is not set up: run `npm run lab -- up`");
  const folder = path.join(homeOf(engine.kind), "plugins", `resource-openstack-v${needed.version}`);
  return path.join(folder, "pulumi-resource-openstack");
}

/** The engine's part of the conversation with a provider. */
class Conversation {
  readonly #client: providerRpc.ResourceProviderClient;

  constructor(port: string) {
    this.#client = new providerRpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  #settle<T>(start: (done: (error: grpc.ServiceError | null, answer: T) => void) => unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      start((error, answer) => (error ? reject(new Error(error.details, { cause: error })) : resolve(answer)));
    });
  }

  async configure(args: object): Promise<void> {
    const check = new provider.CheckRequest();
    check.setUrn("urn:pulumi:lab::test::pulumi:providers:openstack::cloud");
    check.setNews(write({ ...args }));
    check.setOlds(write({}));
    const checked = await this.#settle<provider.CheckResponse>((done) => this.#client.checkConfig(check, done));
    refuseFailures(checked);
    const request = new provider.ConfigureRequest();
    request.setArgs(checked.getInputs());
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    await this.#settle((done) => this.#client.configure(request, done));
  }

  async invoke(token: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const request = new provider.InvokeRequest();
    request.setTok(token);
    request.setArgs(write(args));
    const answer = await this.#settle<provider.InvokeResponse>((done) => this.#client.invoke(request, done));
    refuseFailures(answer);
    return read(answer.getReturn()).properties;
  }

  close(): void {
    this.#client.close();
  }
}

function refuseFailures(answer: Answer): void {
  const reasons = answer.getFailuresList().map((failure) => failure.getReason());
  if (reasons.length > 0) throw new Error(reasons.join("\n"));
}

/**
 * Runs the real OpenStack provider as the engine does, in an environment and a folder, and asks who it is.
 * @param args of the provider, as the program gives them
 * @throws with the provider's own words when it is not configured or not let in
 */
export async function providerScope({ env, cwd }: Place, args: object): Promise<Scope> {
  // nobody listens at the engine's address: the messages that go there are not needed
  const child = spawn(await pluginFile(), ["127.0.0.1:1"], { env, cwd, stdio: ["ignore", "pipe", "ignore"] });
  let conversation: Conversation | undefined;
  try {
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    conversation = new Conversation(port);
    await conversation.configure(args);
    const answer = await conversation.invoke("openstack:identity/getAuthScope:getAuthScope", { name: "who" });
    return scopeSchema.parse(answer);
  } finally {
    conversation?.close();
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}
