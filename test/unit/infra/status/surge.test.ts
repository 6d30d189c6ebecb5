import { expect, test } from "@jest/globals";
import { statusDocumentOf } from "../../../../infra/cli/status-document.ts";
import { surgedConfig } from "../../../../infra/status/changes.ts";
import { findingsOf } from "../../../../infra/status/findings.ts";
import {
  cloudOf,
  clusterOf,
  compared,
  nodeStatus,
  serverStatus,
  serverUrn,
  stateNode,
  stateOf,
  stateServer,
  worker,
} from "../../../support/observations.ts";
import { answer, configOf, factsOf, nodeOf, owner } from "../../../support/preflight-facts.ts";

const config = configOf({ rollout: { maxUnavailable: 0, maxSurge: 1 } });
const facts = answer(factsOf({ cluster: { nodes: [0, 1].map((number) => nodeOf(worker(number), owner, "v1")) } }));

/** A worker that was made from an image, and a surge worker. */
const serversFrom = (image: string) => [
  serverStatus("s0", worker(0), { made: { flavor: "baremetal", image } }),
  serverStatus("s1", worker(1), { made: { flavor: "baremetal", image: "rhcos", surge: "true" } }),
];
const cloudWith = (image: string) => answer(cloudOf(serversFrom(image)));
const cluster = answer(clusterOf([nodeStatus(worker(0), "s0"), nodeStatus(worker(1), "s1")]));

const surgeRow = (image: string) => {
  const document = statusDocumentOf({ name: "stack", owner, config, facts }, { cluster, cloud: cloudWith(image) });
  return document.workers.find(({ name }) => name === worker(1));
};

test("GIVEN a roll that is not done WHEN the status is made THEN its surge worker is one of the roll", () => {
  expect(surgeRow("old")).toMatchObject({
    pool: "metal",
    wanted: false,
    surge: true,
    spec: "current",
    remarks: [],
    healthy: false,
    underWay: ["surge worker of the roll, detached by the next `pulumi up`"],
  });
});

test("GIVEN a roll that is done WHEN the status is made THEN its surge worker is to be detached", () => {
  expect(surgeRow("rhcos")).toMatchObject({
    wanted: false,
    surge: true,
    healthy: false,
    underWay: ["rollout pending: detach, drained (a surge worker that no roll needs any more)"],
  });
});

test("GIVEN a cloud that cannot be read WHEN surge workers are looked for THEN the config is as it was", () => {
  expect(surgedConfig(config, { owner, formerOwners: [] }, facts, { error: "no answer" })).toBe(config);
});

test("GIVEN a surge worker that the state has WHEN the doctor compares THEN up ends it, in a roll and after it", () => {
  for (const image of ["old", "rhcos"]) {
    const cloud = cloudWith(image);
    const surged = surgedConfig(config, { owner, formerOwners: [] }, facts, cloud);
    const state = stateOf({
      servers: [stateServer("s0", worker(0)), stateServer("s1", worker(1))],
      nodes: [stateNode(worker(0), "s0"), stateNode(worker(1), "s1")],
    });
    const found = findingsOf(compared(state, { config: surged, cluster, cloud }));
    expect(found).toEqual([
      {
        problem: `server ${worker(1)} (s1) is a surge worker: the next up goes on with its roll, or detaches it`,
        command: "pulumi up --stack stack",
        subjects: [serverUrn(worker(1))],
      },
    ]);
  }
});

test("GIVEN a surge worker that has become one of the pool WHEN the doctor compares THEN it finds nothing", () => {
  const state = stateOf({
    servers: [stateServer("s0", worker(0)), stateServer("s1", worker(1))],
    nodes: [stateNode(worker(0), "s0"), stateNode(worker(1), "s1")],
  });
  expect(findingsOf(compared(state, { cluster, cloud: cloudWith("rhcos") }, 2))).toEqual([]);
});

test("GIVEN a surge worker whose server was renamed WHEN the doctor compares THEN it is one finding", () => {
  const servers = serversFrom("rhcos").map((server) => ({
    ...server,
    ...(server.id === "s1" && { name: "renamed" }),
  }));
  const state = stateOf({
    servers: [stateServer("s0", worker(0)), stateServer("s1", worker(1))],
    nodes: [stateNode(worker(0), "s0"), stateNode(worker(1), "s1")],
  });
  expect(findingsOf(compared(state, { config, cluster, cloud: answer(cloudOf(servers)) }))).toHaveLength(1);
});

test("GIVEN a surge worker of a roll that a killed command has left outside the state WHEN the doctor compares THEN up takes it", () => {
  const cloud = cloudWith("old");
  const surged = surgedConfig(config, { owner, formerOwners: [] }, facts, cloud);
  const state = stateOf({
    servers: [stateServer("s0", worker(0))],
    nodes: [stateNode(worker(0), "s0")],
  });
  const found = findingsOf(compared(state, { config: surged, cluster, cloud }));
  expect(found).toMatchObject([{ command: "pulumi up --stack stack", subjects: expect.arrayContaining(["s1"]) }]);
});
