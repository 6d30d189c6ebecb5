import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { difference } from "../../../components/node/operation/diff.ts";
import { type Properties, unknown } from "../../../components/node/operation/property-values.ts";
import { poolMembership } from "../../../components/node/resources/pool-membership.ts";
import { otherServer, owner } from "../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest } from "../support/node-harness.ts";
import { failure } from "../support/scripted-objects.ts";

const harness = harnessForEachTest();

const resource = poolMembership(() => Promise.resolve(harness.cluster));
const member = (nodeName: string) => ({ nodeName, serverId: `id-of-${nodeName}` });
const membership = (names: string[], changes: Properties = {}): Properties => ({
  pool: "metal",
  owner,
  members: names.map(member),
  cordonTimeout: 5,
  configPath: "pools[0]",
  ...changes,
});
const known = (inputs: Properties) => ({ id: "metal", inputs, state: inputs });
const update = (before: Properties, after: Properties) => resource.update(harness.operation(), known(before), after);
const remove = (before: Properties) => resource.delete(harness.operation(), known(before));

function put(
  name: string,
  marks: Record<string, string> = { [annotations.owner]: owner },
  server: string | null = `id-of-${name}`,
): void {
  harness.api.put("nodes", {
    metadata: { name, annotations: marks },
    spec: { ...(server !== null && { providerID: `openstack:///${server}` }) },
  } as never);
}
function cordoned(...names: string[]): boolean[] {
  return names.map((name) => {
    const node = harness.api.get("nodes", name);
    const by = node?.metadata.annotations?.[annotations.cordonedBy];
    return (node?.["spec"] as { unschedulable?: boolean } | undefined)?.unschedulable === true && by === owner;
  });
}
const patches = () => harness.api.requests.filter((it) => it.startsWith("PATCH"));

describe("GIVEN a pool, WHEN it shrinks", () => {
  test("THEN exactly those that leave are cordoned, marked as ours", async () => {
    for (const name of ["a", "b", "c"]) put(name);
    await update(membership(["a", "b", "c"]), membership(["b"]));
    expect(cordoned("a", "b", "c")).toEqual([true, false, true]);
  });

  test("THEN nothing else is asked of the cluster, and nothing at all if no worker leaves", async () => {
    put("a");
    await update(membership(["a"]), membership(["a", "b"]));
    expect(harness.api.requests).toEqual([]);
  });

  test("THEN a stack that was renamed cordons under the name that its leaving nodes know", async () => {
    put("a");
    await update(membership(["a"]), membership([], { owner: "acme/renamed/lab" }));
    expect(cordoned("a")).toEqual([true]);
  });
});

describe("GIVEN a pool, WHEN it is detached", () => {
  test("THEN all its nodes are cordoned, however many", async () => {
    const names = Array.from({ length: 60 }, (_, i) => `w${i}`);
    for (const name of names) put(name);
    await remove(membership(names));
    expect(cordoned(...names)).not.toContain(false);
    expect(patches()).toHaveLength(60);
  });

  test("THEN a Node that is gone is fine", async () => {
    put("a");
    await remove(membership(["a", "gone"]));
    expect(cordoned("a")).toEqual([true]);
  });

  test("THEN a Node of another server or another owner stays as it is, and is named", async () => {
    put("a", {}, otherServer);
    put("b", { [annotations.owner]: "acme/other/x" }, null);
    put("c");
    await remove(membership(["a", "b", "c"]));
    expect(cordoned("a", "b", "c")).toEqual([false, false, true]);
    expect(harness.warnings.join("\n")).toMatch(
      /Node a belongs to server 9999[^]*Node b is annotated as a worker of acme\/other\/x/,
    );
  });

  test("THEN one that its kubelet has marked for another owner is cordoned: its providerID is ours", async () => {
    put("a", { [annotations.owner]: "acme/other/x" });
    await remove(membership(["a"]));
    expect(cordoned("a")).toEqual([true]);
  });

  test("THEN a cordon of another client is kept, without our annotation", async () => {
    harness.api.put("nodes", { metadata: { name: "a" }, spec: { unschedulable: true } } as never);
    await remove(membership(["a"]));
    expect(harness.api.get("nodes", "a")?.metadata.annotations).toBeUndefined();
    expect(patches()).toEqual([]);
  });

  test("THEN an API server that restarts meanwhile is waited for", async () => {
    put("a");
    let refused = 0;
    harness.api.onRequest = (request) =>
      request.startsWith("PATCH") && ++refused < 2 ? failure(503, "starting") : undefined;
    await remove(membership(["a"]));
    expect(cordoned("a")).toEqual([true]);
  });

  test("THEN a Node that registers again at this moment is evaluated again", async () => {
    put("a");
    harness.api.onRequest = (request) => {
      if (!request.startsWith("PATCH")) return undefined;
      harness.api.onRequest = () => undefined;
      harness.api.remove("nodes", "a");
      put("a", {}, otherServer);
      return undefined;
    };
    await remove(membership(["a"]));
    expect(cordoned("a")).toEqual([false]);
    expect(harness.warnings.join()).toContain("belongs to server 9999");
  });
});

describe("GIVEN nodes that cannot be cordoned, WHEN the pool is detached", () => {
  test("THEN they are named with the reason, and the others are cordoned", async () => {
    for (const name of ["a", "b"]) put(name);
    harness.api.onRequest = (request) => (request.includes("nodes/a") ? failure(422, "no such field") : undefined);
    const message = await failureOf(remove(membership(["a", "b"])));
    expect(message).toMatch(/pool metal: some nodes could not be cordoned\. No pod was evicted and no server touched/);
    expect(message).toMatch(/Not cordoned \(1 of 2\):\n {2}- node a: API server: no such field/);
    expect(message).toMatch(/put them back in the config and run `pulumi up`/);
    expect(cordoned("b")).toEqual([true]);
  });

  test("THEN with an unreachable API server it ends within the timeout, which is named", async () => {
    harness.api.down = true;
    const message = await failureOf(remove(membership(["a", "b"], { cordonTimeout: 0.5 })));
    expect(message).toMatch(/not all of its leaving nodes were cordoned within .* \(pools\[0\]\.drain\.timeout\)/);
    expect(message).toMatch(/Not cordoned \(2 of 2\):\n {2}- node a: /);
  });

  test("THEN a cancel ends it at once", async () => {
    harness.api.down = true;
    const failing = failureOf(remove(membership(["a"])));
    await eventually(() => harness.infos.length > 0);
    harness.cancel();
    expect(await failing).toMatch(/pool metal: cancelled/);
  });
});

describe("GIVEN a webhook on Nodes whose service does not answer, WHEN the pool is detached", () => {
  const dead = failure(500, 'failed calling webhook "guard.example.com": no endpoints available');

  test("THEN the live line and the error name the webhook", async () => {
    for (const name of ["a", "b"]) put(name);
    harness.api.onRequest = (request) => (request.startsWith("PATCH") ? dead : undefined);
    const error = await failureOf(remove(membership(["a", "b"], { cordonTimeout: 2 })));
    expect(error).toMatch(/node a: API server: failed calling webhook "guard\.example\.com"/);
    expect(harness.infos).toContainEqual(
      expect.stringMatching(/2 of 2 nodes to be cordoned \(node a: API server: failed calling webhook "guard/),
    );
  });

  test("THEN it goes on when the webhook is back", async () => {
    put("a");
    let left = 2;
    harness.api.onRequest = (request) => (request.startsWith("PATCH") && left-- > 0 ? dead : undefined);
    await remove(membership(["a"]));
    expect(cordoned("a")).toEqual([true]);
  });
});

describe("GIVEN a membership as the engine treats it", () => {
  // pulumi, pkg/resource/deploy/step_generator.go: calculateDependentReplacements asks the Diff of every dependent of a
  // resource that is deleted before its replacement, with the inputs that come from it unknown
  test("WHEN a node is replaced THEN its unknown members replace nothing: the membership is not deleted, and cordons no node", () => {
    const before = membership(["a", "b"]);
    expect(difference(before, { ...before, members: unknown }, resource.replacing).replaces).toEqual([]);
    expect(difference(before, membership(["a"]), resource.replacing).replaces).toEqual([]);
    expect(difference(before, { ...before, owner: "x", cordonTimeout: 1 }, resource.replacing).replaces).toEqual([]);
  });

  test("WHEN the pool has another name THEN it is another membership", () => {
    const before = membership(["a"]);
    expect(difference(before, { ...before, pool: "other" }, resource.replacing).replaces).toEqual(["pool"]);
  });

  test("WHEN it is made, again after a destroy that failed too, THEN nothing is touched", async () => {
    put("a");
    await expect(resource.create(harness.operation(), membership(["a"]))).resolves.toMatchObject({ id: "metal" });
    await expect(resource.read(harness.operation(), known(membership(["a"])))).resolves.toEqual(
      known(membership(["a"])),
    );
    expect(harness.api.requests).toEqual([]);
  });

  test("WHEN it is imported THEN it is refused", () => {
    expect(() => resource.read(harness.operation(), known({}))).toThrow(/cannot be imported/);
  });

  test("WHEN its inputs are wrong THEN each error is named, and what a preview does not know passes", () => {
    const { failures } = resource.check(membership([], { pool: "", members: [{ nodeName: "a" }], cordonTimeout: 0 }));
    expect(failures.map((it) => it.property)).toEqual(["pool", "members[0]", "cordonTimeout"]);
    expect(resource.check(membership([], { members: [{ nodeName: "a", serverId: unknown }] })).failures).toEqual([]);
    expect(resource.check(membership([], { members: unknown })).failures).toEqual([]);
  });
});
