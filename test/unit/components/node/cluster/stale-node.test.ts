import { expect, test } from "@jest/globals";
import { annotations, fieldManager } from "../../../../../components/kubernetes/types.ts";
import { staleVerdict } from "../../../../../components/node/cluster/readiness.ts";
import { node, otherServer, owner, worker } from "../../../../support/node-fixtures.ts";

/** A Node of another server that its manager has cordoned, and that nobody else has annotated. */
const cordoned = (manager: string, marks: Record<string, string> = {}) =>
  node({
    metadata: {
      annotations: { [annotations.cordonedBy]: owner, ...marks },
      managedFields: [{ manager, fieldsV1: { "f:spec": { "f:unschedulable": {} } } }],
    },
    spec: { providerID: `openstack:///${otherServer}`, unschedulable: true },
  });

test("GIVEN a Node of a former server whose join was killed before it was annotated WHEN this stack has cordoned it to replace it THEN it is removed", () => {
  expect(staleVerdict(cordoned(fieldManager), worker, [owner])).toMatchObject({ verdict: "remove" });
});

test.each([
  ["somebody else has cordoned it since", cordoned("kubectl-cordon")],
  [
    "its annotation alone says so",
    node({ ...cordoned(fieldManager), metadata: { annotations: { [annotations.cordonedBy]: owner } } }),
  ],
  [
    "another stack has cordoned it",
    cordoned(fieldManager, { [annotations.cordonedBy]: "acme/openstack-baremetal-compute/other" }),
  ],
])("GIVEN such a Node WHEN %s THEN it is refused", (_, given) => {
  expect(staleVerdict(given, worker, [owner])).toMatchObject({ verdict: "refuse" });
});
