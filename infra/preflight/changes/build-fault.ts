/** What Nova says of a build that fails again however often it is repeated, as the config and the cloud are. Pure. */
export interface LastingFault {
  /** where it comes from */
  readonly cause: string;
  readonly remedy: string;
}

/** Nova's text, and what it says of the cause. */
type Rule = readonly [text: RegExp, fault: (pool: string, found: string) => LastingFault];

const flavor: Rule[1] = (pool) => ({
  cause: "flavor and image do not go together",
  remedy: `set a flavor that is large enough for the image, or another image (${pool}.flavor, ${pool}.image)`,
});

const image: Rule[1] = (pool) => ({
  cause: "the image cannot be used",
  remedy: `upload it anew or name another one (${pool}.image; openstack image show)`,
});

const quota: Rule[1] = () => ({
  cause: "a quota of the cloud's project is used up",
  remedy: "have it raised, or free some of it (openstack quota show --usage)",
});

/** A port that is left with a machine's address keeps every other port from having it. */
const address: Rule[1] = (_, mac) => ({
  cause: `another port has the address ${mac} of the machine`,
  remedy: `find the port that was left (openstack port list --mac-address ${mac} --long) and, if its server is gone, delete it (openstack port delete <id>)`,
});

const heldPort: Rule[1] = (_, port) => ({
  cause: `its port ${port} is attached to something else`,
  remedy: `see what has it (openstack port show -c device_id -c binding_profile ${port}), and have it detached there`,
});

const lostPort: Rule[1] = (_, port) => ({
  cause: `its port ${port} is gone`,
  remedy: "run `pulumi up --refresh`, which makes another",
});

const network: Rule[1] = (pool) => ({
  cause: "the network does not take the machine's port",
  remedy: `correct ${pool}.networks, or the network (openstack network show, openstack subnet list)`,
});

const userData: Rule[1] = (pool) => ({
  cause: "the config drive or the user data cannot be used",
  remedy: `correct ${pool}.ignition; of the format of config drives the cloud's operator decides`,
});

/**
 * The texts are those of nova/exception.py, of neutron's and of ironic/common/exception.py, which Nova passes on. Not here is
 * what another machine or a later time may mend: that no host is valid, or that a machine has too few cards, may be said of
 * the one that was free.
 */
const rules: readonly Rule[] = [
  [/flavor's (?:memory|disk) is (?:too small|smaller)|instance's disk would be too small/i, flavor],
  [/image \S+ (?:could not be found|is unacceptable|is not active)|disk format \S+ is not acceptable/i, image],
  [/request of image \S+ got badrequest/i, image],
  [/quota exceeded|maximum number of (?:ports|security groups or rules|metadata items) exceed/i, quota],
  [/mac address (\S+) is (?:already )?in use/i, address],
  [/(?:port|vif) (\S+) is (?:still in use|already attached)/i, heldPort],
  [/port(?: id)? (\S+) could not be found/i, lostPort],
  [/network requires port_security_enabled|create an interface on external network/i, network],
  [/config drive (?:option|format)|unknown config drive|user[ _]data (?:needs|is|too)/i, userData],
];

/**
 * @param pool path of the pool in the config, e.g. `pools[metal]`
 * @returns undefined: another attempt may succeed
 */
export function lastingFault(text: string, pool: string): LastingFault | undefined {
  for (const [pattern, fault] of rules) {
    const found = pattern.exec(text);
    if (found) return fault(pool, found[1] ?? "");
  }
  return undefined;
}
