import type { Host } from "../openstack/host.ts";

/**
 * The class of the one machine that a flavor asks for; undefined: it asks for none, or for several
 * (https://docs.openstack.org/ironic/latest/install/configure-nova-flavors.html).
 */
export function resourceClassOf(extraSpecs: Readonly<Record<string, string>>): string | undefined {
  const asked = Object.entries(extraSpecs).filter(([key]) => key.startsWith("resources:CUSTOM_"));
  const [first] = asked;
  return asked.length === 1 && first?.[1] === "1" ? first[0].slice("resources:".length) : undefined;
}

/** ironic/common/states.py; a node whose server is deleted is `deleting` before it is cleaned. */
const cleaning = ["cleaning", "clean wait", "clean hold", "deleting"];
const inUse = ["active", "deploying", "wait call-back", "deploy hold", "rescue", "rescuing", "rescue wait"];

/** What becomes of a host without anybody's doing. */
export type Prospect =
  /** a server can be created on it */
  | "free"
  /** it is cleaned, or Nova's services do not know yet that it is */
  | "coming"
  | "used"
  /** it stays as it is until somebody mends it, or gives it to Nova */
  | "out";

interface Seen {
  readonly text: string;
  readonly prospect: Prospect;
}

/** Placement keeps what Nova must not use now, for whatever reason, as reserved (nova/virt/ironic/driver.py, update_provider_tree). */
function byPlacement({ serverId, schedulable }: Host): Seen {
  if (serverId !== undefined) return { text: "in use", prospect: "used" };
  return schedulable === true ? { text: "available", prospect: "free" } : { text: "reserved", prospect: "coming" };
}

function seen(host: Host): Seen {
  const { state, maintenance, serverId, schedulable } = host;
  if (maintenance) return { text: "in maintenance", prospect: "out" };
  if (state === undefined) return byPlacement(host);
  if (cleaning.includes(state)) return { text: "cleaning", prospect: "coming" };
  if (inUse.includes(state) || (state === "available" && serverId !== undefined))
    return { text: "in use", prospect: "used" };
  if (state !== "available") return { text: state, prospect: "out" };
  // Nova looks for what has changed in Ironic once a minute (nova.conf, update_resources_interval)
  if (schedulable === false) return { text: "cleaned, not yet known to Nova", prospect: "coming" };
  return { text: "available", prospect: "free" };
}

export const prospectOf = (host: Host): Prospect => seen(host).prospect;

/** e.g. `available`, `cleaning`, `in use`, `clean failed`, `in maintenance` */
export const stateText = (host: Host): string => seen(host).text;

/** How many hosts are in each state; always with those that are available. */
export function countStates(hosts: readonly Host[]): Readonly<Record<string, number>> {
  const groups = [...Map.groupBy(hosts, stateText)].filter(([text]) => text !== "available");
  const others = groups.map(([text, { length }]) => [text, length] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const available = hosts.filter((host) => stateText(host) === "available").length;
  return Object.fromEntries([["available", available], ...others]);
}

/** `0 available, 2 cleaning, 1 in use` */
export const describeStates = (hosts: readonly Host[]): string =>
  Object.entries(countStates(hosts))
    .map(([text, count]) => `${count} ${text}`)
    .join(", ");

/** Whether Ironic could not make a host ready again: nothing but an operator brings it back. */
export const hasFailed = ({ state = "" }: Host): boolean => state === "error" || state.endsWith(" failed");
