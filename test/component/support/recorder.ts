import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

/** A secret as it goes over the wire: sdk/nodejs/runtime/rpc.ts, specialSigKey and specialSecretSig. */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/** A registration as the engine would have received it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** type of the parent */
  readonly parent: string;
  /** inputs; a secret is `{secret: value}` */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** names of the providers, custom resources only */
  readonly provider: string;
  /** `type name` of the resources it depends on */
  readonly dependencies: readonly string[];
  /** `type name` of the resources that each input comes from */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly deleteBeforeReplace: boolean;
  readonly protect: boolean;
  /** id of what is imported; empty: nothing is */
  readonly importId: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  /** names of the hooks that run before the creation */
  readonly beforeCreate: readonly string[];
  /** names of the hooks that run when an operation has failed */
  readonly onError: readonly string[];
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (value === null || typeof value !== "object") return value;
  const object = value as Record<string, unknown>;
  if (object[signature] === secret) return { secret: unwrap(object["value"]) };
  return Object.fromEntries(Object.entries(object).map(([key, inner]) => [key, unwrap(inner)]));
}

/** `urn:pulumi:stack::project::parent$type::name` */
function split(urn: string): { type: string; name: string } {
  const [type = "", name = ""] = urn.split("::").slice(2);
  return { type: type.split("$").at(-1) ?? "", name };
}

function label(urn: string): string {
  return Object.values(split(urn)).join(" ");
}

function describe(request: RegisterResourceRequest): Registration {
  const timeouts = request.getCustomtimeouts();
  return {
    type: request.getType(),
    name: request.getName(),
    parent: split(request.getParent()).type,
    inputs: unwrap(request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
    provider: request.getProvider() === "" ? "" : split(request.getProvider().replace(/::[^:]*$/, "")).name,
    dependencies: request.getDependenciesList().map(label),
    propertyDependencies: Object.fromEntries(
      [...request.getPropertydependenciesMap().entries()].map(([key, value]) => [key, value.getUrnsList().map(label)]),
    ),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    protect: request.getProtect() ?? false,
    importId: request.getImportid(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    beforeCreate: request.getHooks()?.getBeforeCreateList() ?? [],
    onError: request.getHooks()?.getOnErrorList() ?? [],
    timeouts: {
      create: timeouts?.getCreate() ?? "",
      update: timeouts?.getUpdate() ?? "",
      delete: timeouts?.getDelete() ?? "",
    },
  };
}

/** What a provider would add to the inputs of a type. An id of no text: the creation fails, and the engine goes on all the same. */
export type ProviderOutputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Puts mocks in the engine's place. To be called before a module that declares resources is imported.
 *
 * @param created what a creation waits for, by the resource's type and name; default: nothing
 * @returns the registrations, filled as they come
 */
export async function recordRegistrations(
  outputs: ProviderOutputs,
  created: (type: string, name: string) => Promise<void> = () => Promise.resolve(),
): Promise<Registration[]> {
  const seen: Registration[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below with its own `this`
  const original = MockMonitor.prototype.registerResource;
  MockMonitor.prototype.registerResource = function (request: RegisterResourceRequest, callback) {
    seen.push(describe(request));
    return original.call(this, request, callback);
  };
  // the SDK's mocks know no hooks: they are registered like on an engine, and never called
  const register = (_: unknown, callback: (error: null, response: object) => void): void => callback(null, {});
  Object.assign(MockMonitor.prototype, { registerResourceHook: register, registerErrorHook: register });
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs }) => {
        await created(type, name);
        return {
          id: outputs[type]?.["id"] === "" ? "" : `${name}-id`,
          state: { ...(inputs as Record<string, unknown>), ...outputs[type] },
        };
      },
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "openstack-baremetal-compute",
    "test",
    false,
    "organization",
  );
  return seen;
}

/** The value of an output, secret or not. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value));
  });
}
