import { otherCluster } from "../../kubernetes/cluster-identity.ts";
import { type CloudIdentity, isSameCloud, otherCloud, serversNotThere } from "../../openstack/cloud-identity.ts";
import { isUnknown, type Properties } from "../operation/property-values.ts";

/** What pins a stack to its cluster and to its project of the cloud, in the provider's own inputs. Pure. */

const cloudKeys = ["cloudProject", "cloudRegion"] as const;
const pinned = ["clusterUid", ...cloudKeys] as const;

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && !isUnknown(value) ? value : undefined;

/** The project and region in a provider's inputs; undefined: they name none, or it is not known yet. */
export function cloudIn({ cloudProject, cloudRegion }: Properties): CloudIdentity | undefined {
  const project = textOf(cloudProject);
  return project === undefined ? undefined : { project, region: textOf(cloudRegion) ?? "" };
}

/**
 * The inputs with the identities of the last update where the program could not tell them, as it does when the cluster is
 * out of reach, or could not prove them. What serves to judge them alone is left out.
 */
export function withIdentity(inputs: Properties, former: Properties): Properties {
  const { cloudUnproven, lostNodes, ...rest } = inputs;
  const left = cloudUnproven === true || lostNodes !== undefined ? new Set<string>(cloudKeys) : new Set<string>();
  const given: Properties = Object.fromEntries(Object.entries(rest).filter(([key]) => !left.has(key)));
  const kept = pinned.flatMap((key) =>
    given[key] === undefined && former[key] !== undefined ? [[key, former[key]] as const] : [],
  );
  return { ...given, ...Object.fromEntries(kept) };
}

/** Why the new arguments cannot take the place of the former ones, with the argument; undefined: they can. */
export function identityProblem(
  former: Properties,
  inputs: Properties,
): { readonly property: string; readonly reason: string } | undefined {
  const [before, after] = [textOf(former["clusterUid"]), textOf(inputs["clusterUid"])];
  if (before !== undefined && after !== undefined && before !== after)
    return { property: "clusterUid", reason: otherCluster(before, after, "the cluster of the config") };
  const reason = cloudProblem(cloudIn(former), cloudIn(inputs), inputs);
  return reason === undefined ? undefined : { property: "cloudProject", reason };
}

function cloudProblem(
  before: CloudIdentity | undefined,
  after: CloudIdentity | undefined,
  inputs: Properties,
): string | undefined {
  if (!after) return undefined;
  const name = textOf(inputs["cloud"]) ?? "";
  const lostNodes = textOf(inputs["lostNodes"]);
  if (!before) return lostNodes === undefined ? undefined : serversNotThere(after, name, lostNodes);
  return isSameCloud(before, after) ? undefined : otherCloud(before, after, name);
}
