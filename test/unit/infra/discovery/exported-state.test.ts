import { describe, expect, test } from "@jest/globals";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { parseState } from "../../../../infra/discovery/exported-state.ts";
import { repo } from "../../../lab/settings.ts";

const folder = path.join(repo, "test/stored-states");
const stored = (await readdir(folder)).filter((name) => name.endsWith(".json"));

/** They did not name the project of the cloud yet. */
const unpinned = ["bcb0e43.json", "13d42e4.json", "f65e26e.json"];
const cloud = { project: expect.stringMatching(/^[0-9a-f]{32}$/), region: "RegionOne" };

const names = (objects: readonly { readonly name: string }[]): string[] => objects.map(({ name }) => name).toSorted();

describe.each(stored)("GIVEN the state of an earlier release, %s, WHEN it is read", (file) => {
  test("THEN it has the workers, their ports and their container", async () => {
    const { state } = JSON.parse(await readFile(path.join(folder, file), "utf8")) as { state: object };
    const read = parseState(JSON.stringify(state));
    const workers = ["lab-7x2kq-metal-0", "lab-7x2kq-metal-r1"];
    expect(names(read.servers)).toEqual(workers);
    expect(names(read.ports)).toEqual(workers.map((name) => `${name}-port-0`));
    expect(names(read.nodes)).toEqual(workers);
    expect(read.nodes.map(({ serverId }) => serverId).toSorted()).toEqual(read.servers.map(({ id }) => id).toSorted());
    expect(read.nodes.map(({ state: of }) => of)).toEqual(["Ready", "Ready"]);
    expect(read.containers.map(({ id }) => id)).toEqual(["lab-7x2kq-metal-ignition-e382454e"]);
    expect(read).toMatchObject({ cloud: unpinned.includes(file) ? undefined : cloud, pending: [] });
    expect(read.clusterUid).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("GIVEN an export of the engine", () => {
  test("WHEN the stack is new THEN its state is empty", () => {
    expect(parseState('{"version":3,"deployment":{"manifest":{}}}')).toEqual({
      cloud: undefined,
      clusterUid: undefined,
      servers: [],
      ports: [],
      trunks: [],
      containers: [],
      nodes: [],
      pending: [],
    });
  });

  test("WHEN a command was interrupted THEN its operations are read, and what has no id is nothing that the cloud has", () => {
    const type = "openstack:compute/instance:Instance";
    const inputs = { name: "w-0", userData: { "4dabf18193072939515e22adb298388d": "1b47", ciphertext: "x" } };
    const resources = [
      {
        urn: "urn:p",
        type: "pulumi:providers:openshift-node",
        id: "x",
        inputs: { cloudProject: "q", clusterUid: "u" },
      },
      { urn: "urn:0", type, inputs },
      { urn: "urn:t", type: "openstack:networking/trunk:Trunk", id: "t1", inputs: { name: "w-0-port-0-trunk" } },
      { urn: "urn:1", type, id: "s1", inputs, delete: true },
    ];
    const pending_operations = [{ type: "creating", resource: { urn: "urn:0", type, inputs } }];
    const state = parseState(JSON.stringify({ version: 3, deployment: { resources, pending_operations } }));
    expect(state).toMatchObject({
      cloud: { project: "q", region: "" },
      clusterUid: "u",
      servers: [{ urn: "urn:1", id: "s1", name: "w-0", deleting: true }],
      trunks: [{ urn: "urn:t", id: "t1", name: "w-0-port-0-trunk", deleting: false }],
      pending: [{ type: "creating", urn: "urn:0" }],
    });
  });

  test("WHEN it is none THEN it is an error", () => {
    expect(() => parseState('{"version":3}')).toThrow();
  });
});
