import type { Named } from "../../../components/baremetal-server.ts";
import { changed } from "../../../components/lib/changed.ts";
import { listed } from "../../../components/lib/listed.ts";
import { ownerOf } from "../../../components/ports/description.ts";
import type { ExistingPort, ExistingServer } from "../../discovery/facts.ts";
import { isAttached } from "./ports.ts";

/**
 * Whether a server that somebody attached by hand, and its ports, become this stack's because pools[].adopt lists its Node.
 * Only what names no owner does, and only if it is as the config says: nothing of it is replaced. Pure.
 */

/** What keeps a worker from being adopted. */
export interface Refusal {
  readonly problem: string;
  readonly expected: string;
  readonly remedy: string;
}

export interface AdoptedObject {
  readonly id: string;
  /** an adoption that was interrupted has imported it */
  readonly isInState: boolean;
}

export interface AdoptedPort extends AdoptedObject {
  readonly name: string;
  /** whether its description says nothing yet: a note of somebody's stays */
  readonly isBlank: boolean;
}

export type Adoption =
  /** it is not listed, or its server names another owner, which is said elsewhere */
  | { readonly verdict: "none" }
  | {
      readonly verdict: "adopt";
      readonly server: ExistingServer & AdoptedObject;
      readonly ports: readonly AdoptedPort[];
    }
  /** it is listed, and this stack's already */
  | { readonly verdict: "needless" }
  | { readonly verdict: "refuse"; readonly refusals: readonly Refusal[] };

/** A port of the config, and what the cloud has by its name. */
export interface PortCandidate {
  readonly name: string;
  /** its id in the state; undefined: the state does not have it */
  readonly stateId: string | undefined;
  readonly named: readonly ExistingPort[];
  /** what of a port is not as the config says */
  readonly differences: (port: ExistingPort) => readonly string[];
}

export interface AdoptionCandidate {
  readonly isListed: boolean;
  readonly name: string;
  /** path of the pool, e.g. `pools[metal]` */
  readonly pool: string;
  /** all servers of the name */
  readonly named: readonly ExistingServer[];
  /** those of them that are this stack's */
  readonly own: readonly ExistingServer[];
  /** id of the server in the state; undefined: the state does not have it */
  readonly stateId: string | undefined;
  readonly wanted: {
    readonly flavor: Named;
    readonly image: Named;
    readonly availabilityZone: string | undefined;
    readonly onChange: "keep" | "replace";
  };
  readonly ports: readonly PortCandidate[];
  /** all ports that were read, whatever their names are */
  readonly seen: readonly ExistingPort[];
  readonly isOwner: (owner: string) => boolean;
}

export function adoption(candidate: AdoptionCandidate): Adoption {
  const { isListed, named, own, stateId } = candidate;
  if (!isListed) {
    const half = named.find(({ id, owner }) => id === stateId && owner === undefined);
    return half ? { verdict: "refuse", refusals: [interrupted(half, candidate)] } : { verdict: "none" };
  }
  if (own.length > 0) return { verdict: "needless" };
  if (named.some(({ owner }) => owner !== undefined)) return { verdict: "none" };
  const [server, ...others] = named;
  if (!server) return { verdict: "refuse", refusals: [noServer(candidate)] };
  if (others.length > 0) return { verdict: "refuse", refusals: [severalServers(candidate)] };
  const refusals = [
    ...condition(server, candidate),
    ...serverDifferences(server, candidate),
    ...portRefusals(server, candidate),
  ];
  if (refusals.length > 0) return { verdict: "refuse", refusals };
  const ports = candidate.ports.flatMap(({ name, stateId: id, named: [port] }) =>
    port ? { name, id: port.id, isInState: id !== undefined, isBlank: port.description === "" } : [],
  );
  return { verdict: "adopt", server: { ...server, isInState: stateId !== undefined }, ports };
}

/** Without the entry its metadata would count as an edit, and replace it, and nobody would drain its Node. */
const interrupted = ({ id }: ExistingServer, { name, pool }: AdoptionCandidate): Refusal => ({
  problem: `the adoption of server ${name} (${id}) was interrupted: this stack's state has it, and it names no owner yet`,
  expected: "an adoption that is completed",
  remedy: `list ${name} in ${pool}.adopt again and run \`pulumi up\`; the entry may go after that`,
});

const noServer = ({ name }: AdoptionCandidate): Refusal => ({
  problem: `the cloud has no server ${name}`,
  expected: "the server of a worker that was attached by hand, with the name of its Node",
  remedy: `if the server has another name: openstack server set --name ${name} <server>; if there is none, remove the entry, and \`pulumi up\` makes one`,
});

const severalServers = ({ name, named }: AdoptionCandidate): Refusal => ({
  problem: `the cloud has ${named.length} servers ${name}: ${named.map(({ id }) => id).join(", ")}`,
  expected: "one server of that name: the cloud controller finds the server of a Node by its name",
  remedy: `rename or delete those that Node ${name} does not run on: its providerID ends with the id of its server (oc get node ${name} -o jsonpath={.spec.providerID})`,
});

const serverText = ({ name, id }: ExistingServer): string => `server ${name} (${id})`;

function condition(server: ExistingServer, { stateId }: AdoptionCandidate): Refusal[] {
  const { id, progress, failure } = server;
  const show = `openstack server show ${id}`;
  if (stateId !== undefined && stateId !== "" && stateId !== id) {
    return [
      {
        problem: `this stack's state has another server than ${serverText(server)} under that name: ${stateId}`,
        expected: "a state without a server of that name",
        remedy:
          "if that one is gone from the cloud, run `pulumi refresh`, which forgets it; else give one of the two another name",
      },
    ];
  }
  if (progress !== undefined) {
    return [
      {
        problem: `${serverText(server)} is being ${progress === "leaving" ? "deleted" : "built"}`,
        expected: "a server that runs",
        remedy: `wait until that has ended (${show}), then run the command again`,
      },
    ];
  }
  if (failure === undefined) return [];
  return [
    {
      problem: `${serverText(server)} is in ERROR: ${failure}`,
      expected: "a server that runs",
      remedy: `repair it (${show}), then run the command again`,
    },
  ];
}

function serverDifferences(server: ExistingServer, candidate: AdoptionCandidate): Refusal[] {
  const { pool, wanted } = candidate;
  const zone = zoneDifference(server, wanted.availabilityZone);
  const zoneRefusal: Refusal = {
    problem: `${serverText(server)} is not as the config says (${zone.join(", ")})`,
    expected: "the zone that the config says: nothing of a worker that is adopted is replaced",
    remedy: `set its availabilityZone in ${pool}.workers to what the server has (openstack server show ${server.id}), or leave it out`,
  };
  const replacing: Refusal = {
    problem: `${pool}.ignition.onChange is replace, and what ${serverText(server)} booted with is not known: it would be replaced`,
    expected: "ignition.onChange: keep, as long as a worker is adopted",
    remedy: `set ${pool}.ignition.onChange: keep, and run \`pulumi up\`; replace, later, then replaces the worker, drained`,
  };
  return [
    ...originRefusal("flavor", server, candidate),
    ...originRefusal("image", server, candidate),
    ...(zone.length === 0 ? [] : [zoneRefusal]),
    ...(wanted.onChange === "replace" ? [replacing] : []),
  ];
}

/** By its name where the metadata has it, else by its id: a flavor or an image may have been recreated under its name. */
function originRefusal(
  what: "flavor" | "image",
  server: ExistingServer,
  { pool, wanted }: AdoptionCandidate,
): Refusal[] {
  const { name, id, problem: unread } = wanted[what];
  const [recorded, actual] = [server.made[what], server.actual?.[what]];
  const found = recorded ?? (actual === undefined ? undefined : `id ${actual}`);
  const expected = `${what} ${name}${id === undefined ? "" : ` (id ${id})`}: nothing of a worker that is adopted is replaced`;
  if (recorded === undefined && unread !== undefined) {
    const problem = `whether ${serverText(server)} has the ${what} ${name} is not known: ${unread}`;
    return [{ problem, expected, remedy: `set ${pool}.${what} to the ${what} that the server has` }];
  }
  if (recorded === undefined ? actual === id : recorded === name) return [];
  return [
    {
      problem: `${serverText(server)} has another ${what} than the config says: ${found ?? `none, as a server that boots from a volume`}`,
      expected,
      remedy:
        `set ${pool}.${what} to what the server has (openstack server show ${server.id}), or remove the entry; if it is the ` +
        `same ${what}, recreated under its name: openstack server set --property ${what}=${name} ${server.id}`,
    },
  ];
}

/** Where the config says a zone, and a machine in it, of which Nova tells administrators only. */
function zoneDifference({ actual }: ExistingServer, wanted: string | undefined): string[] {
  if (wanted === undefined) return [];
  const [zone, , machine] = wanted.split(":");
  const isKnown = machine !== undefined && actual?.machine !== undefined;
  return [
    ...changed("availabilityZone", actual?.zone, zone),
    ...(isKnown ? changed("machine", actual.machine, machine) : []),
  ];
}

function portRefusals(server: ExistingServer, candidate: AdoptionCandidate): Refusal[] {
  const attached = candidate.seen.filter((port) => isAttached(port, server));
  const refusals = candidate.ports.flatMap((port) => portRefusal(port, { server, attached, candidate }));
  if (refusals.length > 0) return refusals;
  const known = new Set(candidate.ports.flatMap(({ named }) => named.flatMap((port) => port.addresses)).map(ipOf));
  const others = (server.addresses ?? []).filter((ip) => !known.has(ip));
  if (others.length === 0) return [];
  return [
    {
      problem: `${serverText(server)} has more ports than the config says: with the addresses ${listed(others)}`,
      expected: `an entry of ${candidate.pool}.networks, or of the worker's own, for each port of the server, in their order`,
      remedy: `add the ports to the config, each named ${candidate.name}-port-<number> in the cloud, or detach them from the server (openstack server remove port ${server.id} <port>)`,
    },
  ];
}

const ipOf = ({ ip }: { readonly ip: string }): string => ip;

function portRefusal(
  { name, stateId, named, differences }: PortCandidate,
  {
    server,
    attached,
    candidate,
  }: {
    readonly server: ExistingServer;
    readonly attached: readonly ExistingPort[];
    readonly candidate: AdoptionCandidate;
  },
): Refusal[] {
  const [port, ...others] = named;
  const expected = `one port ${name} on ${serverText(server)}: a port keeps the name that the config gives it`;
  if (!port || others.length > 0 || !isAttached(port, server)) {
    const known = new Set(candidate.ports.map((each) => each.name));
    const free = attached.filter((each) => !known.has(each.name));
    const found = free.map((each) => `${each.name === "" ? "one without a name" : each.name} (${each.id})`);
    const there = named.map(({ id }) => id).join(", ");
    return [
      {
        problem: `${serverText(server)} has no port ${name}${there === "" ? "" : `, although ${there} has that name`}; its other ports: ${listed(found)}`,
        expected,
        remedy: `rename the port that it is: openstack port set --name ${name} ${free.length === 1 ? (free[0]?.id ?? "") : "<port>"}; or make the config's networks those of the server`,
      },
    ];
  }
  return attachedRefusal(port, { name, stateId, differences }, candidate);
}

function attachedRefusal(
  port: ExistingPort,
  { name, stateId, differences }: Omit<PortCandidate, "named">,
  { pool, isOwner }: AdoptionCandidate,
): Refusal[] {
  const owner = ownerOf(port.description);
  if (owner !== undefined && !isOwner(owner)) {
    return [
      {
        problem: `port ${name} (${port.id}) belongs to stack ${owner}`,
        expected: "a port that names no owner",
        remedy: `remove the entry; if that stack is gone: openstack port set --description "" ${port.id}`,
      },
    ];
  }
  if (stateId !== undefined && stateId !== port.id) {
    return [
      {
        problem: `this stack's state has another port than ${name} (${port.id}) under that name: ${stateId}`,
        expected: "a state without a port of that name",
        remedy: "if that one is gone from the cloud, run `pulumi refresh`, which forgets it",
      },
    ];
  }
  const unlike = differences(port);
  if (unlike.length === 0) return [];
  return [
    {
      problem: `port ${name} (${port.id}) is not as the config says (${unlike.join(", ")})`,
      expected: "what the config says: nothing of a worker that is adopted is replaced",
      remedy: `make ${pool} say what the port has (openstack port show ${port.id})`,
    },
  ];
}
