import { AuthenticationV1Api, AuthorizationV1Api, KubeConfig } from "@kubernetes/client-node";
import type { Permission } from "../../../../components/kubernetes/permissions.ts";
import type { Attributes } from "../../../component/support/authorizer.ts";
import { files } from "../../../lab/settings.ts";

/** What the API server says of the program's account. */

export const registrar = new KubeConfig();
registrar.loadFromFile(files.registrarKubeconfig);

const authorization = registrar.makeApiClient(AuthorizationV1Api);

/** The user that the API server takes a kubeconfig's for. */
export async function userOf(config: KubeConfig): Promise<string | undefined> {
  const review = await config.makeApiClient(AuthenticationV1Api).createSelfSubjectReview({ body: {} });
  return review.status?.userInfo?.username;
}

/** Whether the account may send this request. */
export async function may({ verb, apiGroup: group, resource: whole, name, namespace }: Attributes): Promise<boolean> {
  const [resource = "", subresource] = whole.split("/");
  const resourceAttributes = { verb, group, resource, name, namespace, ...(subresource && { subresource }) };
  const { status } = await authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
  return status?.allowed ?? false;
}

/** One request for each group, resource, name and verb of a permission. */
export const requestsOf = ({
  apiGroups,
  resources,
  resourceNames = [""],
  verbs,
  namespace = "",
}: Permission): Attributes[] =>
  apiGroups.flatMap((apiGroup) =>
    resources.flatMap((resource) =>
      resourceNames.flatMap((name) => verbs.map((verb) => ({ verb, apiGroup, resource, name, namespace }))),
    ),
  );

interface Rule {
  readonly apiGroups: readonly string[] | undefined;
  readonly resources: readonly string[] | undefined;
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const isReview = ({ apiGroups, verbs }: Rule): boolean =>
  verbs.join() === "create" && ["authorization.k8s.io", "authentication.k8s.io"].includes((apiGroups ?? []).join());

/** The account's rules in a namespace, without those that Kubernetes grants to everybody. */
export async function rulesIn(namespace: string): Promise<Rule[]> {
  const { status } = await authorization.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
  return (status?.resourceRules ?? [])
    .map(({ apiGroups, resources, resourceNames, verbs }) => ({
      apiGroups,
      resources,
      ...(resourceNames && { resourceNames }),
      verbs,
    }))
    .filter((rule) => !isReview(rule));
}
