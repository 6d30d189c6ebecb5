/** @shared two workers of the pool `metal`, as the states have it: no other shared file uses that pool */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { describeStep, stepsOf } from "../support/preview-steps.ts";
import { Project, succeeded } from "../support/project.ts";
import { onThisLab, parseState, type State, storedStates, type StoredState } from "../support/stored-state.ts";

/** Resource types with the only properties that an update changes. */
type Updates = Readonly<Record<string, string>>;

/** What the state did not name before 11-28: the project of the cloud, and in a server's metadata its ports. */
const pins: Updates = {
  "pulumi:providers:openshift-node": "cloud, cloudProject, cloudRegion",
  "openstack:compute/instance:Instance": "metadata, metadata.ports",
};

/** What the state of a commit needs once; nothing where it is not listed. */
const updatesOnce: Readonly<Record<string, Updates>> = {
  // since then the state names a pool instead of its place in the config
  bcb0e43: {
    ...pins,
    "openshift-node:index:NodeClaim": "configPath",
    "openshift-node:index:OpenShiftNode": "configPath",
    "openshift-node:index:PoolMembership": "configPath",
  },
  "13d42e4": pins,
  f65e26e: pins,
};

/**
 * Types that a release did not have yet, by the type beside each of whose resources one is created: neither asks anything of
 * cluster or cloud.
 */
const companions = {
  "openshift-node:index:OpenShiftNode": "openshift-node:index:NodeDrain",
  "openstack:objectstorage/container:Container": "openshift-node:index:ContainerClaim",
};

const createdOnce = (types: readonly string[]): string[] =>
  Object.entries(companions).flatMap(([beside, type]) =>
    types.includes(type) ? [] : types.filter((each) => each === beside).map(() => `create ${type}: `),
  );

const states = await storedStates();

describe("GIVEN the workers of which commits of the program have written states", () => {
  let project: Project;
  let written: State | undefined;

  beforeAll(async () => {
    // the stack's name is a part of URNs and owners: it is that of the stored states
    project = await Project.create("stored-state", { pools: states[0]?.pools });
    succeeded(await project.up());
    written = parseState(await project.storedState());
  });

  afterAll(async () => {
    if (written) await project.importState(JSON.stringify(written));
    succeeded(await project.destroy());
  });

  describe.each(states)("WHEN the state is that of commit $commit", (stored: StoredState) => {
    test("THEN it is of the same workers", () => {
      expect(stored.pools).toEqual(states[0]?.pools);
    });

    test("THEN today's program replaces nothing, and creates or updates only what is known to be", async () => {
      if (!written) throw new Error("the workers are not attached");
      await project.importState(JSON.stringify(onThisLab(stored, written)));
      const allowed = updatesOnce[stored.commit] ?? {};
      const types = stored.state.deployment.resources.map(({ type }) => type);
      const updated = types.flatMap((type) =>
        allowed[type] === undefined ? [] : [`update ${type}: ${allowed[type]}`],
      );
      expect((await stepsOf(project)).map(describeStep).toSorted()).toEqual(
        [...createdOnce(types), ...updated].toSorted(),
      );
    });
  });
});
