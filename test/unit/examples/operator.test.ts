import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { clusterOf, contextOf, parseKubeconfig, userOf } from "../../../components/kubernetes/kubeconfig/file.ts";
import { accountNames } from "../../../components/kubernetes/permissions.ts";
import { ownNodeVariable } from "../../../infra/preflight/checks/own-node.ts";
import { repo } from "../../lab/settings.ts";

const literal = z.strictObject({ type: z.literal("Literal"), literal: z.strictObject({ value: z.string() }) });
const secret = z.strictObject({
  type: z.literal("Secret"),
  secret: z.strictObject({ name: z.string(), key: z.string() }),
});

/**
 * The fields of a Stack that the example uses, as version 2.9 of the operator has them. Its CRD accepted the example with
 * unknown fields refused; it is in no package registry, so that it cannot be pinned here.
 */
const stackSchema = z.strictObject({
  apiVersion: z.literal("pulumi.com/v1"),
  kind: z.literal("Stack"),
  metadata: z.strictObject({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    stack: z.string().regex(/^[^/]+\/openstack-baremetal-compute\/[^/]+$/),
    projectRepo: z.url(),
    branch: z.string(),
    serviceAccountName: z.string(),
    destroyOnFinalize: z.literal(false),
    envRefs: z.record(z.string(), z.union([literal, secret])),
    workspaceTemplate: z.strictObject({
      spec: z.strictObject({
        image: z.string(),
        resources: z.object({ requests: z.record(z.string(), z.string()) }),
        podTemplate: z.strictObject({
          spec: z.strictObject({
            automountServiceAccountToken: z.literal(true),
            affinity: z.object({
              nodeAffinity: z.object({
                requiredDuringSchedulingIgnoredDuringExecution: z.object({
                  nodeSelectorTerms: z.array(z.object({ matchExpressions: z.array(z.object({ key: z.string() })) })),
                }),
              }),
            }),
            tolerations: z.array(z.object({ key: z.string(), operator: z.literal("Exists"), effect: z.string() })),
            terminationGracePeriodSeconds: z.int(),
            containers: z.tuple([
              z.strictObject({
                name: z.literal("pulumi"),
                env: z.array(z.object({ name: z.string(), valueFrom: z.unknown() })),
                volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string(), readOnly: z.literal(true) })),
              }),
            ]),
            volumes: z.array(
              z.object({
                name: z.string(),
                projected: z.object({ sources: z.array(z.record(z.string(), z.object({ name: z.string() }))) }),
              }),
            ),
          }),
        }),
      }),
    }),
  }),
});

const text = readFileSync(path.join(repo, "examples/operator/stack.yaml"), "utf8");
const [binding, configMap, stack] = parseAllDocuments(text).map((document) => document.toJS() as object);
const { metadata, spec } = stackSchema.parse(stack);
const pod = spec.workspaceTemplate.spec.podTemplate.spec;
const [container] = pod.containers;

describe("GIVEN the Stack of the Pulumi Kubernetes Operator", () => {
  test("WHEN its pod asks the API server THEN it is the account that infra/registrar declares", () => {
    expect([metadata.namespace, spec.serviceAccountName]).toEqual([accountNames.namespace, accountNames.account]);
    expect(binding).toMatchObject({
      roleRef: { kind: "ClusterRole", name: "system:auth-delegator" },
      subjects: [{ kind: "ServiceAccount", name: accountNames.account, namespace: accountNames.namespace }],
    });
  });

  test("WHEN its pod reads the kubeconfig THEN that has the pod's own token, by its file", () => {
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(configMap);
    const file = parseKubeconfig(data["kubeconfig"] ?? "", "the ConfigMap", "/etc");
    const [context] = [...file.contexts].map(([name, entry]) => contextOf(name, entry));
    const [user] = [...file.users].map(([name, entry]) => userOf(name, entry));
    const [cluster] = [...file.clusters].map(([name, entry]) => clusterOf(name, entry));
    expect(context).toMatchObject({ cluster: "here", user: "here" });
    expect(user?.tokenFile).toBe("/var/run/secrets/kubernetes.io/serviceaccount/token");
    expect(cluster?.server).toBe("https://kubernetes.default.svc");
  });

  test("WHEN the program looks for its credentials THEN they are where the volume is mounted", () => {
    const [mount] = container.volumeMounts;
    const folder = mount?.mountPath ?? "";
    expect(spec.envRefs).toMatchObject({
      KUBECONFIG: { literal: { value: `${folder}/kubeconfig` } },
      OS_CLIENT_CONFIG_FILE: { literal: { value: `${folder}/clouds.yaml` } },
    });
    const [volume] = pod.volumes;
    expect(volume?.name).toBe(mount?.name);
    expect(volume?.projected.sources).toEqual([{ configMap: { name: "kubeconfig" } }, { secret: { name: "clouds" } }]);
  });

  test("WHEN its pod is scheduled THEN only to the control plane, which no stack of this program drains", () => {
    const terms = pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms;
    expect(terms).toEqual([{ matchExpressions: [{ key: "node-role.kubernetes.io/control-plane" }] }]);
    expect(pod.tolerations.map(({ key }) => key)).toContain("node-role.kubernetes.io/control-plane");
  });

  test("WHEN the program runs THEN it is told the Node of its pod", () => {
    expect(container.env).toEqual([{ name: ownNodeVariable, valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }]);
  });
});
