import { countStates, stateText } from "../../components/hosts/states.ts";
import type { StatusDocument } from "./document.ts";
import type { Observation } from "./observation.ts";

/** The machines: those without a server by name, and how many of each class are in each state. */
export function hostsOf({ cloud }: Pick<Observation, "cloud">): Pick<StatusDocument, "hosts" | "hostStates"> {
  const all = cloud.value?.hosts.value;
  if (!all) return { hosts: null, hostStates: null };
  const free = all.filter(({ serverId }) => serverId === undefined);
  const classes = [...Map.groupBy(all, ({ resourceClass }) => resourceClass ?? null)];
  return {
    hosts: free.map((host) => ({
      name: host.name,
      state: host.state ?? stateText(host),
      maintenance: host.maintenance,
    })),
    hostStates: classes
      .map(([resourceClass, hosts]) => ({ resourceClass, states: countStates(hosts) }))
      .toSorted((a, b) => (a.resourceClass ?? "").localeCompare(b.resourceClass ?? "", "en")),
  };
}

/** Why the hosts are not shown, if the config says who may see them: a plain member may not, and nobody expects it. */
export function unreadHosts({ cloud, config }: Pick<Observation, "cloud" | "config">): StatusDocument["unread"] {
  const reason = cloud.value?.hosts.error;
  return config.inventory === undefined || reason === undefined ? [] : [{ part: "hosts", reason }];
}

/** `hosts of class CUSTOM_BAREMETAL: 3 available, 2 cleaning, 1 in use` */
export const hostStateLines = ({ hostStates }: Pick<StatusDocument, "hostStates">): string[] =>
  (hostStates ?? []).map(({ resourceClass, states }) => {
    const counts = Object.entries(states).map(([state, count]) => `${count} ${state}`);
    return `hosts ${resourceClass === null ? "without a class" : `of class ${resourceClass}`}: ${counts.join(", ")}`;
  });
