import { AdmissionregistrationV1Api } from "@kubernetes/client-node";
import type { Undo } from "../cleanup.ts";
import { administrator, ifThere } from "./cluster.ts";

const admission = administrator.makeApiClient(AdmissionregistrationV1Api);

/**
 * A webhook on the approvals of certificate requests and on Nodes, but not on their status, at an address where nobody
 * listens: what it is asked about fails with status 500.
 */
export async function makeDeadWebhook(name: string): Promise<Undo> {
  const rule = { operations: ["UPDATE"], apiVersions: ["v1"], scope: "Cluster" };
  await admission.createValidatingWebhookConfiguration({
    body: {
      metadata: { name },
      webhooks: [
        {
          name,
          clientConfig: { url: "https://127.0.0.1:1/validate" },
          rules: [
            { ...rule, apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests/approval"] },
            { ...rule, apiGroups: [""], resources: ["nodes"] },
          ],
          failurePolicy: "Fail",
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          timeoutSeconds: 5,
        },
      ],
    },
  });
  return () => ifThere(admission.deleteValidatingWebhookConfiguration({ name }));
}
