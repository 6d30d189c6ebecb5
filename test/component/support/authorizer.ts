import type { Permission } from "../../../components/kubernetes/permissions.ts";

/** What an account asks of the API server, as its authorizer sees it. */
export interface Attributes {
  readonly verb: string;
  readonly apiGroup: string;
  /** with the subresource, as `pods/eviction` */
  readonly resource: string;
  readonly name: string;
  readonly namespace: string;
}

const verbs: Readonly<Record<string, string>> = {
  WATCH: "watch",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

const resourcePath =
  /^\/(?:api\/v1|apis\/(?<group>[^/]+)\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<subresource>[^/]+))?$/;

/**
 * A request as the authorizer sees it (kubernetes, apiserver/pkg/endpoints/request/requestinfo.go).
 *
 * @param method an HTTP method, or WATCH
 * @returns undefined for a path that is no resource, as `/version`
 */
export function attributesOf(method: string, path: string): Attributes | undefined {
  const groups = resourcePath.exec(path)?.groups;
  if (!groups) return undefined;
  const { group: apiGroup = "", namespace = "", resource = "", name = "", subresource } = groups;
  const read = name === "" ? "list" : "get";
  const verb = method === "GET" ? read : (verbs[method] ?? method);
  return {
    verb: verb === "delete" && name === "" ? "deletecollection" : verb,
    apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    name,
    namespace: resource === "namespaces" ? name : namespace,
  };
}

/** Whether RBAC would let the account do that (kubernetes, plugin/pkg/auth/authorizer/rbac: any rule that matches). */
export function allows(permissions: readonly Permission[], asked: Attributes): boolean {
  return permissions.some(
    ({ apiGroups, resources, resourceNames, verbs: granted, namespace }) =>
      apiGroups.includes(asked.apiGroup) &&
      resources.includes(asked.resource) &&
      (granted as readonly string[]).includes(asked.verb) &&
      (resourceNames?.includes(asked.name) ?? true) &&
      (namespace === undefined || namespace === asked.namespace),
  );
}

/** Whether the account may send this request. */
export function mayRequest(permissions: readonly Permission[], method: string, path: string): boolean {
  const asked = attributesOf(method, path);
  return asked === undefined ? path === "/version" : allows(permissions, asked);
}
