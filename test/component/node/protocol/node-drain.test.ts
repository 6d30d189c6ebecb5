import { describe, expect, test } from "@jest/globals";
import { type Properties, unknown } from "../../../../components/node/operation/property-values.ts";
import { drainInputs, nodeInputs, otherServer, worker } from "../../../support/node-fixtures.ts";
import { eventually } from "../../support/node-harness.ts";
import { errorOf, noChanges, sharedPlugin } from "../../support/plugin-harness.ts";

// The resource that drains a worker, as the engine runs it: recorded before the join begins, and there whatever ends it.

const harness = sharedPlugin();

const inputs: Properties = drainInputs;
const known = { id: worker.nodeName, inputs, state: inputs };
const api = () => harness.cluster.api;
const writes = () => api().requests.filter((it) => /^(PATCH|PUT|POST|DELETE)/.test(it));

describe("GIVEN a worker whose drain is recorded", () => {
  test("WHEN the plugin is killed while the worker joins, a pod on its Ready Node, and it leaves THEN the pod is evicted before that ends", async () => {
    const state = await harness.create(inputs, "drain");
    const serverCreated = new Date(Date.now() - 5_000).toISOString();
    const joining = errorOf(harness.create({ ...nodeInputs, serverCreated }));
    await harness.cluster.request("csr-client", "client");
    await eventually(() => harness.cluster.approved("csr-client"));
    harness.cluster.node();
    harness.cluster.pod("web-1");
    await harness.hasLogged(/^serving CSR: /);
    await harness.kill();
    expect(await joining).not.toMatch(/it did not fail|phase/);
    const before = writes().length;
    await harness.detach({ state, inputs }, "drain");
    expect(writes().slice(before)).toEqual([
      `PATCH /api/v1/nodes/${worker.nodeName}`,
      "POST /api/v1/namespaces/shop/pods/web-1/eviction",
    ]);
    expect(api().get("pods", "web-1")).toBeUndefined();
    expect(api().get("nodes", worker.nodeName)?.["spec"]).toMatchObject({ unschedulable: true });
  });

  test("WHEN it leaves after an update that did not succeed THEN by the newest policy", async () => {
    harness.cluster.node();
    harness.cluster.pod("db-0", { spec: { volumes: [{ name: "scratch", emptyDir: {} }] } });
    const strict = { ...inputs, drain: { ...drainInputs.drain, deleteEmptyDirData: false } };
    await harness.detach({ state: strict, inputs }, "drain");
    expect(api().get("pods", "db-0")).toBeUndefined();
  });
});

describe("GIVEN a cluster that does not answer", () => {
  test("WHEN a drain is created, refreshed and updated THEN each ends at once, and nobody is asked", async () => {
    api().down = true;
    const state = await harness.create(inputs, "drain");
    expect(state).toEqual(inputs);
    expect(await harness.read("drain", worker.nodeName, inputs, state)).toEqual(known);
    const news = { ...inputs, owner: "acme/other/lab" };
    expect(await harness.update(state, news, {}, "drain")).toEqual(news);
    expect(await harness.diff("drain", known, news)).toEqual({ changed: ["owner"], replaces: [] });
    expect(api().connections).toBe(0);
  });
});

describe("GIVEN a drain, WHEN the engine asks for its difference", () => {
  test("THEN the same inputs are none, and neither are settings that the state does not have yet", async () => {
    expect(await harness.diff("drain", known, inputs)).toEqual(noChanges);
    const { timeout, gracePeriod, deleteEmptyDirData, force } = drainInputs.drain;
    const former = { ...inputs, drain: { timeout, gracePeriod, deleteEmptyDirData, force } };
    expect(await harness.diff("drain", { ...known, inputs: former }, inputs)).toEqual(noChanges);
  });

  test.each<[string, Properties, string[]]>([
    ["another server replaces it", { serverId: otherServer }, ["serverId"]],
    ["a server that is not known yet replaces it", { serverId: unknown }, ["serverId"]],
    ["another name replaces it", { nodeName: "lab-worker-9" }, ["nodeName"]],
    ["another policy is an update", { drain: { ...drainInputs.drain, timeout: 7 } }, []],
    ["another path is an update", { configPath: "pools[metal]" }, []],
    ["another owner is an update", { owner: "acme/other/lab" }, []],
  ])("THEN %s", async (_, change, replaces) => {
    const found = await harness.diff("drain", known, { ...inputs, ...change });
    expect(found.changed).toHaveLength(1);
    expect(found.replaces).toEqual(replaces);
  });
});
