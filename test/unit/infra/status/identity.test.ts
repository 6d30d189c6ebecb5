import { describe, expect, test } from "@jest/globals";
import { ofSameIdentity } from "../../../../infra/status/identity.ts";
import { compared, stateOf } from "../../../support/observations.ts";

describe("GIVEN a state that pins cluster and project WHEN what was seen is compared with it", () => {
  test("THEN the same ones are kept", () => {
    const seen = compared(stateOf());
    expect(ofSameIdentity(seen, "lab")).toEqual(seen);
  });

  test("THEN another cluster counts as one that could not be read", () => {
    const { cluster, cloud } = ofSameIdentity(compared(stateOf({ clusterUid: "other" })), "lab");
    expect(cluster.error).toMatch(/is another cluster than the one that this stack's nodes are in/);
    expect(cloud.value).toBeDefined();
  });

  test("THEN another project counts as one that could not be read", () => {
    const { cluster, cloud } = ofSameIdentity(compared(stateOf({ cloud: { project: "q", region: "r" } })), "lab");
    expect(cloud.error).toMatch(/leads to project p in region r, but this stack's servers and ports are in project q/);
    expect(cluster.value).toBeDefined();
  });

  test("THEN a state of an earlier release, which pins neither, refuses nothing", () => {
    const seen = compared(stateOf({ cloud: undefined, clusterUid: undefined }));
    expect(ofSameIdentity(seen, "lab")).toEqual(seen);
  });
});
