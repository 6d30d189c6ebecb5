import { z } from "zod";
import { dataUrl } from "../../../components/ignition/data-url.ts";
import { payloadName } from "../../../components/ignition/payload.ts";
import { Multiplication } from "./multiply.ts";
import { type Exchange, type Recording, recordedOrigin } from "./recording.ts";

/** What a client finds: its config and its state, and what cloud and cluster answer. */
export interface World {
  readonly config: Readonly<Record<string, unknown>>;
  readonly state: Readonly<Record<string, unknown>>;
  readonly exchanges: readonly Exchange[];
}

/** Where cloud and cluster are served. */
export interface Site {
  /** e.g. `https://127.0.0.1:12345` */
  readonly origin: string;
  /** PEM that signs its certificate */
  readonly ca: string;
}

type Texts = ReadonlyMap<string, string>;

/** The value with texts in the place of others, also within longer ones. None of them has a character that JSON escapes. */
function replaced<T>(value: T, texts: Texts): T {
  const text = [...texts].reduce((all, [before, after]) => all.replaceAll(before, after), JSON.stringify(value));
  return JSON.parse(text) as T;
}

/** The lab's networks: a machine network that has thousands of addresses, and the other one out of its way. */
const networks: Texts = new Map([
  ["10.77.0.0/24", "10.77.0.0/16"],
  ["10.77.0.249", "10.77.255.249"],
  ["10.77.1.0/24", "10.79.1.0/24"],
]);

/** The world of OpenTofu with so many workers. */
export function worldOfTofu({ workers, ...recorded }: Recording, count: number, { origin }: Site): World {
  const world = replaced(recorded, new Map([...networks, [recordedOrigin, origin]]));
  return new Multiplication(workers, count).apply(world);
}

const pointer = z.object({
  ignition: z.object({
    config: z.object({ merge: z.tuple([z.object({ source: z.string() })]) }),
    security: z.object({ tls: z.object({ certificateAuthorities: z.tuple([z.object({ source: z.string() })]) }) }),
  }),
});

const secretPath = "/secrets/worker-user-data";
const secret = z.looseObject({ data: z.looseObject({ userData: z.string() }) });

/** The Machine Config Server that the cluster's workers are told of: it is served at the site too. */
function machineConfigServer(exchanges: readonly Exchange[], { origin, ca }: Site): Texts {
  const body = exchanges.find(({ path }) => path.endsWith(secretPath))?.body;
  const { ignition } = pointer.parse(JSON.parse(decoded(secret.parse(body).data.userData)));
  const [server] = ignition.config.merge;
  const [authority] = ignition.security.tls.certificateAuthorities;
  return new Map([
    [new URL(server.source).origin, origin],
    [authority.source, dataUrl(ca)],
  ]);
}

const decoded = (text: string): string => Buffer.from(text, "base64").toString();
const encoded = (text: string): string => Buffer.from(text).toString("base64");

function withSecret(exchanges: readonly Exchange[], texts: Texts): Exchange[] {
  return exchanges.map((exchange) => {
    if (!exchange.path.endsWith(secretPath)) return exchange;
    const { data, ...rest } = secret.parse(exchange.body);
    const userData = encoded(replaced({ text: decoded(data.userData) }, texts).text);
    return { ...exchange, body: { ...rest, data: { ...data, userData } } };
  });
}

const resource = z.looseObject({
  type: z.string(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});
const stackState = z.looseObject({ deployment: z.looseObject({ resources: z.array(resource) }) });
type StackState = z.output<typeof stackState>;

/** The payload's object is named by its hash, so that another Machine Config Server gives it another name. */
function nameOfPayload({ deployment }: StackState, texts: Texts): Texts {
  const payload = deployment.resources.find(({ type }) => type.endsWith(":ContainerObject"))?.inputs;
  const { name, content } = z.object({ name: z.string(), content: z.string() }).parse(payload);
  return new Map([[name, payloadName(replaced({ content }, texts).content)]]);
}

/** The plugin is told how many workers to expect. */
function withExpectedWorkers(state: StackState, count: number): StackState {
  const resources = state.deployment.resources.map((each) =>
    each.type === "pulumi:providers:openshift-node"
      ? {
          ...each,
          inputs: { ...each.inputs, expectedWorkers: count },
          outputs: { ...each.outputs, expectedWorkers: count },
        }
      : each,
  );
  return { ...state, deployment: { ...state.deployment, resources } };
}

const stackConfig = z.looseObject({ pools: z.tuple([z.looseObject({ replicas: z.number() })]) });

/** The world of this program with so many workers. */
export function worldOfOurs({ workers, ...recorded }: Recording, count: number, site: Site): World {
  const state = stackState.parse(recorded.state);
  const server = machineConfigServer(recorded.exchanges, site);
  const texts = new Map([...networks, ...server, ...nameOfPayload(state, server), [recordedOrigin, site.origin]]);
  const exchanges = withSecret(recorded.exchanges, server);
  const world = new Multiplication(workers, count).apply(replaced({ ...recorded, state, exchanges }, texts));
  const config = stackConfig.parse(world.config);
  const pools = config.pools.map((pool) => ({ ...pool, replicas: count }));
  return { ...world, config: { ...config, pools }, state: withExpectedWorkers(world.state, count) };
}
