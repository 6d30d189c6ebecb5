import { z } from "zod";
import type { Api } from "../../../components/kubernetes/client.ts";
import { type Permission, permissions } from "../../../components/kubernetes/permissions.ts";
import { attempt, orDefaultIf404 } from "../attempt.ts";
import type { Checks } from "../facts.ts";
import { healthChecksPath, machinesPath, parseHealthChecks, parseMachines } from "./machine-api.ts";

/** One access review: a verb on a resource, for one name or for any. */
export interface Question {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly verb: string;
}

/** All access reviews that make up a permission. */
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

const reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }).optional() });

async function allowed(api: Api, question: Question, signal: AbortSignal): Promise<boolean> {
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: question },
  };
  const answer = await api.request(reviews, { method: "POST", body, signal, retries: 0 });
  return reviewSchema.parse(answer).status?.allowed ?? false;
}

/** The program's permissions that the account does not have, each with the verbs that are missing. */
async function readDenied(api: Api, signal: AbortSignal): Promise<Permission[]> {
  const reviewed = permissions.map(async (permission) => {
    const questions = questionsOf(permission);
    const answers = await Promise.all(questions.map((question) => allowed(api, question, signal)));
    const missing = new Set(questions.filter((_, i) => answers[i] === false).map(({ verb }) => verb));
    const verbs = permission.verbs.filter((verb) => missing.has(verb));
    return verbs.length === 0 ? [] : [{ ...permission, verbs }];
  });
  return (await Promise.all(reviewed)).flat();
}

type ClusterChecks = Pick<Checks, "machines" | "machineHealthChecks" | "denied">;

/** Reads what only the checks need of the cluster, concurrently. */
export async function readClusterChecks(api: Api, signal: AbortSignal): Promise<ClusterChecks> {
  const list = (path: string) => api.request(path, { signal, retries: 0 });
  try {
    const [machines, machineHealthChecks, denied] = await Promise.all([
      attempt(signal, orDefaultIf404(list(machinesPath), parseMachines, [])),
      attempt(signal, orDefaultIf404(list(healthChecksPath), parseHealthChecks, [])),
      attempt(signal, readDenied(api, signal)),
    ]);
    return { machines, machineHealthChecks, denied };
  } finally {
    await api.close();
  }
}
