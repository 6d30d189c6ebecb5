import { z } from "zod";
import type { CloudClient } from "../../../components/openstack/client.ts";

/** The kinds of objects that a config names. */
export type NamedKind = "network" | "subnet" | "security group" | "flavor" | "active image";

/** The names that the cloud shows to the project; none if they cannot be listed. */
export type NameLister = (kind: NamedKind) => Promise<readonly string[]>;

/** Where each kind is listed, as the OpenStack provider does: https://docs.openstack.org/api-ref/ */
const lists: Readonly<Record<NamedKind, { readonly type: string; readonly path: string; readonly key: string }>> = {
  network: { type: "network", path: "/v2.0/networks?fields=name", key: "networks" },
  subnet: { type: "network", path: "/v2.0/subnets?fields=name", key: "subnets" },
  "security group": { type: "network", path: "/v2.0/security-groups?fields=name", key: "security_groups" },
  flavor: { type: "compute", path: "/flavors", key: "flavors" },
  "active image": { type: "image", path: "/v2/images?status=active&limit=1000", key: "images" },
};

const named = z.array(z.object({ name: z.string().nullish() }));

/** Lists names for the message about one that does not exist, each kind once. What cannot be listed must not hide that message. */
export function nameLister(client: Pick<CloudClient, "get">, signal: AbortSignal): NameLister {
  const asked = new Map<NamedKind, Promise<readonly string[]>>();
  const list = async (kind: NamedKind): Promise<readonly string[]> => {
    const { type, path, key } = lists[kind];
    const objects = await client.get(type, path, z.object({ [key]: named }), signal).then(
      (answer) => answer[key] ?? [],
      () => [],
    );
    return [...new Set(objects.flatMap(({ name }) => name ?? []))].toSorted((a, b) => a.localeCompare(b, "en"));
  };
  return (kind) => {
    const names = asked.get(kind) ?? list(kind);
    asked.set(kind, names);
    return names;
  };
}
