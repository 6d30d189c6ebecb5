import type { Server } from "@grpc/grpc-js";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import debuggable from "@pulumi/pulumi/runtime/debuggable.js";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { resetOptions } from "@pulumi/pulumi/runtime/settings.js";
import { leaveOutSdkDebugging } from "../../../infra/sdk-debugging.ts";
import { type Message, startEngine } from "../support/plugin-client.ts";

const messages: Message[] = [];
let server: Server;
let address: string;

beforeAll(async () => {
  ({ server, address } = await startEngine(messages));
});
afterAll(() => {
  server.forceShutdown();
});

/** What is replaced in the SDK. */
const { log } = pulumi;
const callsites: unknown = Reflect.get(pulumi.Resource, "callsites");
const before = { debuggable: { ...debuggable }, log: { ...log }, resource: { callsites } };

beforeEach(async () => {
  messages.length = 0;
  // mocks leave the address of the engine as it is
  resetOptions("project", "stack", -1, address, "", false, "");
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as Record<string, unknown> }),
    call: () => ({}),
  });
});
afterEach(() => {
  Object.assign(debuggable, before.debuggable);
  Object.assign(log, before.log);
  Object.assign(pulumi.Resource, before.resource);
});

class Thing extends pulumi.CustomResource {
  declare readonly size: pulumi.Output<number>;

  constructor(name: string) {
    super("a:b:Thing", name, { size: 1 });
  }
}

/** Declares a resource and waits for it. */
async function declareThing(): Promise<void> {
  await (new Thing("thing").size as pulumi.Output<number> & { promise(): Promise<number> }).promise();
}

/** Of how many of the SDK's promises a stack trace is made while a resource is declared. */
async function tracesOfPromises(): Promise<number> {
  let made = 0;
  Error.prepareStackTrace = (error, sites) => {
    if (sites.some((site) => site.getFunctionName() === "debuggablePromise")) made++;
    return String(error);
  };
  try {
    await declareThing();
  } finally {
    Reflect.deleteProperty(Error, "prepareStackTrace");
  }
  return made;
}

/** What the engine is told of where a resource is declared: files and lines. */
async function positionsOfThing(): Promise<string[]> {
  const register = jest.spyOn(MockMonitor.prototype, "registerResource");
  try {
    await declareThing();
    const request = register.mock.calls[0]?.[0] as RegisterResourceRequest;
    const frames = request.getStacktrace()?.getFramesList() ?? [];
    return [request.getSourceposition(), ...frames.map((frame) => frame.getPc())].flatMap((it) => it?.getUri() ?? []);
  } finally {
    register.mockRestore();
  }
}

/** What the engine was told. An info is the last of it, as messages go one after the other. */
async function told(): Promise<Message[]> {
  await pulumi.log.info("the last one");
  return messages;
}

describe("GIVEN a program that does not debug its promises", () => {
  beforeEach(() => {
    leaveOutSdkDebugging({});
  });

  test("WHEN it declares a resource THEN the SDK makes no stack trace of a promise", async () => {
    expect(await tracesOfPromises()).toBe(0);
  });

  test("WHEN it declares a resource THEN nothing but what it logs reaches the engine", async () => {
    await declareThing();
    expect(await told()).toEqual([
      { severity: engine.LogSeverity.INFO, text: "the last one", urn: "", ephemeral: false },
    ]);
  });

  test("WHEN it declares a resource THEN the state does not get where", async () => {
    expect(await positionsOfThing()).toEqual([]);
  });

  test("WHEN an error is made after that THEN it tells where", async () => {
    await declareThing();
    expect(new Error("anything").stack).toContain("sdk-debugging.test.ts:");
  });
});

describe("GIVEN a program whose promises are debugged", () => {
  beforeEach(() => {
    leaveOutSdkDebugging({ PULUMI_DEBUG_PROMISE_LEAKS: "1" });
  });

  test("WHEN it declares a resource THEN the SDK makes its stack traces", async () => {
    expect(await tracesOfPromises()).toBeGreaterThan(0);
  });

  test("WHEN it declares a resource THEN the state gets where", async () => {
    expect(await positionsOfThing()).toContainEqual(expect.stringContaining("sdk-debugging.test.ts"));
  });

  test("WHEN it declares a resource THEN the SDK's debug messages reach the engine", async () => {
    await declareThing();
    expect(await told()).toContainEqual(
      expect.objectContaining({
        severity: engine.LogSeverity.DEBUG,
        text: expect.stringContaining("Registering resource: t=a:b:Thing") as unknown,
      }),
    );
  });
});
