import { beforeEach, describe, expect, test } from "@jest/globals";
import { accountKey } from "../../../components/node/resources/account-key.ts";
import type { Known } from "../../../components/node/resources/resource.ts";
import { cloudForEachTest } from "../support/cloud-of-each-test.ts";
import { failureOf, harnessForEachTest } from "../support/node-harness.ts";

const harness = harnessForEachTest();
const own = cloudForEachTest();

const inputs = { account: "https://rgw.example/swift/v1/AUTH_a" };
const second = "x-account-meta-temp-url-key-2";
const made = `openstack-baremetal-compute-${"0a".repeat(32)}`;

/** ms that a test has for what another stack does meanwhile. */
const settling = 200;

const resource = () => accountKey(() => own.session, settling);
const created = () => resource().create(harness.operation(), inputs);
const known = (key: string): Known => ({ id: inputs.account, inputs, state: { ...inputs, key } });

/** The requests that change the account. */
const posts = (): string[] => own.cloud.requests.filter((request) => request === "POST /objects");

describe("GIVEN the key of an object store's account WHEN it is created", () => {
  test("THEN an account without a second key gets one, and keeps its first", async () => {
    own.cloud.accountHeaders = { "x-account-meta-temp-url-key": "canary" };
    const { state } = await created();
    expect(state["key"]).toMatch(/^openstack-baremetal-compute-[0-9a-f]{64}$/);
    expect(own.cloud.accountHeaders).toMatchObject({ "x-account-meta-temp-url-key": "canary", [second]: state["key"] });
  });

  test("THEN one that another stack of the project has made is shared", async () => {
    own.cloud.accountHeaders = { [second]: made };
    expect((await created()).state["key"]).toBe(made);
    expect(posts()).toEqual([]);
  });

  test("THEN one that another stack sets in the same moment, and that outlasts its own, is shared", async () => {
    own.cloud.onRequest = (request) => {
      if (request !== "POST /objects") return undefined;
      setTimeout(() => (own.cloud.accountHeaders[second] = made), settling / 2);
      return undefined;
    };
    expect((await created()).state["key"]).toBe(made);
    expect(posts()).toHaveLength(1);
  });

  test("THEN somebody else's stays, and the error says what to do without showing it", async () => {
    own.cloud.accountHeaders = { [second]: "canary-key-93" };
    const message = await failureOf(created());
    expect(message).toMatch(/AUTH_a has a second temporary URL key that the program has not made, which stays/);
    expect(message).toMatch(/pulumi config set --secret temporaryUrlKey.*account unset --property Temp-URL-Key-2$/);
    expect(message).not.toContain("canary-key-93");
    expect(posts()).toEqual([]);
  });

  test("THEN a user who may not change the account is told of the role", async () => {
    own.cloud.onRequest = (request) => (request === "POST /objects" ? 403 : undefined);
    expect(await failureOf(created())).toMatch(/cannot be changed by this user \(403\): .*operator_roles/);
  });
});

describe("GIVEN the key of an object store's account WHEN the next command looks at it", () => {
  test("THEN nothing is to be done while the account has it", async () => {
    own.cloud.accountHeaders = { [second]: made };
    expect(await resource().drift(harness.operation(), known(made), inputs)).toEqual([]);
  });

  test("THEN one that the account has lost is set again, the same: signed URLs work again", async () => {
    expect(await resource().drift(harness.operation(), known(made), inputs)).toMatchObject([{ path: "key" }]);
    const state = await resource().update(harness.operation(), known(made), inputs);
    expect(state).toEqual({ ...inputs, key: made });
    expect(own.cloud.accountHeaders[second]).toBe(made);
  });
});

test("GIVEN the key of an object store's account WHEN it is deleted THEN the account keeps it, and the line says so", async () => {
  own.cloud.accountHeaders = { [second]: made };
  await resource().delete(harness.operation(Infinity, "delete"), known(made));
  expect(own.cloud.requests).toEqual([]);
  expect(harness.infos).toEqual([expect.stringMatching(/keeps its second temporary URL key.*Temp-URL-Key-2$/)]);
});

describe("GIVEN a key that was unset, and is rotated by `pulumi up --replace` of one stack", () => {
  let rotated: unknown;

  beforeEach(async () => {
    own.cloud.accountHeaders = {};
    rotated = (await created()).state["key"];
    await resource().delete({ ...harness.operation(Infinity, "delete"), replacement: true }, known(made));
  });

  test("THEN the account has another one, which nobody is told to remove", () => {
    expect(rotated).toMatch(/^openstack-baremetal-compute-[0-9a-f]{64}$/);
    expect(rotated).not.toBe(made);
    expect(own.cloud.accountHeaders[second]).toBe(rotated);
    expect(harness.infos.filter((text) => text.includes("keeps its second"))).toEqual([]);
  });

  test("THEN the next update of each other stack takes it, and sets none", async () => {
    const before = posts().length;
    expect(await resource().drift(harness.operation(), known(made), inputs)).toMatchObject([{ path: "key" }]);
    expect(await resource().update(harness.operation(), known(made), inputs)).toEqual({ ...inputs, key: rotated });
    expect(posts()).toHaveLength(before);
  });
});
