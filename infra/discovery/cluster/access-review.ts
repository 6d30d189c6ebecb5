import type { AuthorizationV1Api, KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { type Permission, permissions } from "../../../components/kubernetes/permissions.ts";
import { attempt, orDefaultIf404 } from "../attempt.ts";
import type { Checks } from "../facts.ts";
import { clients } from "./client.ts";

const namesSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** One question of a permission: a verb on a resource, of one name or of any. */
export interface Question {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly verb: string;
}

/** All questions that together are a permission. */
export function questionsOf({ apiGroups, resources, resourceNames, verbs, namespace }: Permission): Question[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((path) => {
      const [resource = "", subresource] = path.split("/");
      return (resourceNames ?? [undefined]).flatMap((name) =>
        verbs.map((verb) => ({
          group,
          resource,
          verb,
          ...(subresource !== undefined && { subresource }),
          ...(name !== undefined && { name }),
          ...(namespace !== undefined && { namespace }),
        })),
      );
    }),
  );
}

async function allowed(api: AuthorizationV1Api, question: Question): Promise<boolean> {
  const body = { spec: { resourceAttributes: question } };
  const { status } = await api.createSelfSubjectAccessReview({ body });
  return status?.allowed ?? false;
}

/** What of the program's permissions the account lacks, each with the verbs that it lacks. */
async function readDenied(api: AuthorizationV1Api): Promise<Permission[]> {
  const judged = permissions.map(async (permission) => {
    const questions = questionsOf(permission);
    const answers = await Promise.all(questions.map((question) => allowed(api, question)));
    const lacking = new Set(questions.filter((_, i) => answers[i] === false).map(({ verb }) => verb));
    const verbs = permission.verbs.filter((verb) => lacking.has(verb));
    return verbs.length === 0 ? [] : [{ ...permission, verbs }];
  });
  return (await Promise.all(judged)).flat();
}

type ClusterChecks = Pick<Checks, "machines" | "denied">;

/** Asks the cluster for what is only judged, side by side. */
export async function readClusterChecks(kubeconfig: KubeConfig, signal: AbortSignal): Promise<ClusterChecks> {
  const { AuthorizationV1Api, CustomObjectsApi } = await import("@kubernetes/client-node");
  const make = await clients(kubeconfig, signal);
  const custom = make(CustomObjectsApi);
  const machines = {
    group: "machine.openshift.io",
    version: "v1beta1",
    namespace: "openshift-machine-api",
    plural: "machines",
  };
  const [names, denied] = await Promise.all([
    attempt(
      signal,
      orDefaultIf404(
        custom.listNamespacedCustomObject(machines),
        (answer) => namesSchema.parse(answer).items.map(({ metadata }) => metadata.name),
        [],
      ),
    ),
    attempt(signal, readDenied(make(AuthorizationV1Api))),
  ]);
  return { machines: names, denied };
}
