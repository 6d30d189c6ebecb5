import { ipVersionOf } from "../../../components/lib/ip.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { oncePerPath, type WorkerPort } from "../planned-ports.ts";

/** DHCP options of new ports that no machine gets: those for an IP version of which the port has no address. */
export const dhcpOptionDiagnostics = (ports: readonly WorkerPort[]): Diagnostic[] =>
  oncePerPath(ports.filter(({ isNew }) => isNew)).flatMap(({ path, config, facts: { subnets } }) => {
    const versions = new Set(subnets.map(({ cidr }) => ipVersionOf(cidr)));
    return (config.dhcpOptions ?? []).flatMap(({ name, ipVersion }, i) => {
      if (versions.has(ipVersion)) return [];
      const other = ipVersion === 4 ? 6 : 4;
      return {
        check: "dhcp",
        path: `${path}.dhcpOptions[${i}]`,
        problem: `"${name}" is an option of IPv${ipVersion}, and the port has an IPv${other} address only: its machine does not get it`,
        expected: `an option of IPv${other}`,
        remedy: `set ipVersion: ${other} if DHCP has the option for IPv${other}, too, or remove it`,
        warning: true as const,
      };
    });
  });
