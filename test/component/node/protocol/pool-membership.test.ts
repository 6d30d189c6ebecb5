import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { type Properties, unknown } from "../../../../components/node/operation/property-values.ts";
import { owner } from "../../../support/node-fixtures.ts";
import { checkRequest, diffRequest, type Plugin, startPlugin, urn } from "../../support/plugin-client.ts";

// How the plugin answers the engine about a membership. No cluster is configured: none of this may ask for one.

let node: Plugin;
beforeAll(async () => {
  node = await startPlugin();
});
afterAll(() => node.end("SIGINT"));

const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
const membership: Properties = {
  pool: "metal",
  owner,
  members: [{ nodeName: "w0", serverId: "s0" }],
  cordonTimeout: 300,
  configPath: "pools[0]",
};
const diff = async (news: Properties) => {
  const request = diffRequest(urn("membership"), membership, membership, news);
  const response = await node.call<provider.DiffResponse>("diff", request);
  return {
    changes: response.getChanges(),
    replaces: response.getReplacesList(),
    first: response.getDeletebeforereplace(),
  };
};

describe("GIVEN a membership, WHEN the engine asks for its difference", () => {
  test("THEN the same members are none", async () => {
    expect(await diff({ ...membership })).toEqual({ changes: DIFF_NONE, replaces: [], first: false });
  });

  // pulumi, pkg/resource/deploy/step_generator.go, calculateDependentReplacements
  test("THEN members that are unknown, because one of them is deleted before its replacement, are an update", async () => {
    expect(await diff({ ...membership, members: unknown })).toEqual({ changes: DIFF_SOME, replaces: [], first: false });
  });

  test("THEN fewer members are an update, and another pool is a replacement", async () => {
    expect(await diff({ ...membership, members: [] })).toEqual({ changes: DIFF_SOME, replaces: [], first: false });
    expect(await diff({ ...membership, pool: "other" })).toMatchObject({ replaces: ["pool"] });
  });
});

test("GIVEN a preview that does not know a server yet, WHEN the membership is checked, THEN it passes", async () => {
  const members = [{ nodeName: "w0", serverId: unknown }];
  const request = checkRequest(urn("membership"), { ...membership, members });
  const response = await node.call<provider.CheckResponse>("check", request);
  expect(response.getFailuresList()).toEqual([]);
});
