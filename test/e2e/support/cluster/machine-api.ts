import { CustomObjectsApi } from "@kubernetes/client-node";
import type { Undo } from "../cleanup.ts";
import { administrator, ifThere } from "./cluster.ts";

const custom = administrator.makeApiClient(CustomObjectsApi);

/** A Machine of the Machine API, which no controller of the lab cares for. */
export async function makeMachine(name: string): Promise<Undo> {
  const place = {
    group: "machine.openshift.io",
    version: "v1beta1",
    namespace: "openshift-machine-api",
    plural: "machines",
  };
  const body = { apiVersion: "machine.openshift.io/v1beta1", kind: "Machine", metadata: { name }, spec: {} };
  await custom.createNamespacedCustomObject({ ...place, body });
  return () => ifThere(custom.deleteNamespacedCustomObject({ ...place, name }));
}
