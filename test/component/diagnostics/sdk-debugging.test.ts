import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import debuggable from "@pulumi/pulumi/runtime/debuggable.js";
import { leaveOutSdkDebugging } from "../../../infra/sdk-debugging.ts";

/** What is replaced in the SDK. */
const before = { ...debuggable };

beforeEach(() =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as Record<string, unknown> }),
    call: () => ({}),
  }),
);
afterEach(() => {
  Object.assign(debuggable, before);
});

class Thing extends pulumi.CustomResource {
  declare readonly size: pulumi.Output<number>;

  constructor(name: string) {
    super("a:b:Thing", name, { size: 1 });
  }
}

/** Declares a resource and waits for it. Returns of how many of the SDK's promises a stack trace was made meanwhile. */
async function tracesOfPromises(): Promise<number> {
  let made = 0;
  Error.prepareStackTrace = (error, sites) => {
    if (sites.some((site) => site.getFunctionName() === "debuggablePromise")) made++;
    return String(error);
  };
  try {
    await (new Thing("thing").size as pulumi.Output<number> & { promise(): Promise<number> }).promise();
  } finally {
    Reflect.deleteProperty(Error, "prepareStackTrace");
  }
  return made;
}

describe("GIVEN a program that does not debug its promises", () => {
  beforeEach(() => {
    leaveOutSdkDebugging({});
  });

  test("WHEN it declares a resource THEN the SDK makes no stack trace of a promise", async () => {
    expect(await tracesOfPromises()).toBe(0);
  });

  test("WHEN an error is made after that THEN it tells where", async () => {
    await tracesOfPromises();
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
});
