/** @shared two workers of the pool `metal`, as the states have it: no other shared file uses that pool */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { Project, succeeded } from "../support/project.ts";
import { onThisLab, parseState, type State, storedStates, type StoredState } from "../support/stored-state.ts";

/** A step of a preview: `pulumi preview --json`. */
const stepSchema = z.object({
  op: z.string(),
  urn: z.string(),
  newState: z.object({ type: z.string() }).optional(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});
type Step = z.output<typeof stepSchema>;

const previewSchema = z.object({ steps: z.array(stepSchema) });

/** Resource types with the only properties that an update changes. */
type Updates = Readonly<Record<string, string>>;

/**
 * What the state of any of these releases needs once: it does not name the project of the cloud yet, and a server's metadata
 * does not name its ports.
 */
const pins: Updates = {
  "pulumi:providers:openshift-node": "cloud, cloudProject, cloudRegion",
  "openstack:compute/instance:Instance": "metadata, metadata.ports",
};

/** What a release's state needs besides. */
const updatesOnce: Readonly<Record<string, Updates>> = {
  // since then the state names a pool instead of its place in the config
  bcb0e43: {
    "openshift-node:index:NodeClaim": "configPath",
    "openshift-node:index:OpenShiftNode": "configPath",
    "openshift-node:index:PoolMembership": "configPath",
  },
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

const describeStep = ({ op, urn, newState, detailedDiff }: Step): string =>
  `${op} ${newState?.type ?? urn}: ${Object.keys(detailedDiff ?? {}).join(", ")}`;

const states = await storedStates();

describe.each(states)("GIVEN the state that the program of commit $commit wrote", (stored: StoredState) => {
  let project: Project;
  let written: State | undefined;

  beforeAll(async () => {
    // the stack's name is a part of URNs and owners: it is that of the stored state
    project = await Project.create("stored-state", { pools: stored.pools });
    succeeded(await project.up());
    written = parseState(await project.storedState());
    await project.importState(JSON.stringify(onThisLab(stored, written)));
  });

  afterAll(async () => {
    if (written) await project.importState(JSON.stringify(written));
    succeeded(await project.destroy());
  });

  test("WHEN today's program previews it THEN nothing is replaced, and only what is known to is created or updated", async () => {
    const { output } = await project.preview("--json");
    const { steps } = previewSchema.parse(JSON.parse(output.slice(output.indexOf("{"))));
    const changes = steps.filter(({ op }) => op !== "same").map(describeStep);
    const allowed: Updates = { ...pins, ...updatesOnce[stored.commit] };
    const types = stored.state.deployment.resources.map(({ type }) => type);
    const updated = types.flatMap((type) => (allowed[type] === undefined ? [] : [`update ${type}: ${allowed[type]}`]));
    expect(changes.toSorted()).toEqual([...createdOnce(types), ...updated].toSorted());
  });
});
