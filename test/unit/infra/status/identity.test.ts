import { describe, expect, test } from "@jest/globals";
import { findingsOf } from "../../../../infra/status/findings.ts";
import { ofSameIdentity } from "../../../../infra/status/identity.ts";
import { cloudOf, compared, serverStatus, stateOf, worker } from "../../../support/observations.ts";
import { answer } from "../../../support/preflight-facts.ts";

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

describe("GIVEN a state that was lost WHEN the kubeconfig leads to another cluster", () => {
  const lost = (infraId: string) =>
    compared(stateOf({ cloud: undefined, clusterUid: undefined }), {
      cloud: answer(cloudOf([serverStatus("s0", worker(0), { infraId })])),
    });

  test("THEN by its servers' metadata it counts as one that could not be read, and nothing is to be deleted", () => {
    const seen = ofSameIdentity(lost("other-9abcd"), "lab");
    expect(seen.cluster.error).toMatch(/cluster lab-7x2kq, but this stack's servers were made for other-9abcd/);
    expect(findingsOf(seen).filter(({ command }) => command.includes("delete"))).toEqual([]);
  });

  test("THEN that of its servers is kept", () => {
    const seen = lost("lab-7x2kq");
    expect(ofSameIdentity(seen, "lab")).toEqual(seen);
  });
});
