import { type Count, finish, jest, onTheLab } from "./support/suites.ts";

/**
 * End-to-end tests on a lab of IPv6 alone: machine networks, cloud and cluster have no other address, and the machines get
 * theirs by DHCPv6. What a worker lives through, each way to cloud and cluster, and what is refused. Then a worker of two
 * addresses, on a lab whose machines get both.
 */

const files = [
  "access/(connections|registrar)",
  "cloud/(by-hand|ignition|inline-delivery|port-security|ports|shared-network)",
  "config/(discovery|edits|preflight)",
  "lifecycle/(attach-detach|joining|reboot|rollout|status-doctor)",
];

const onLabOf = (versions: string, names: readonly string[]): Promise<Count[]> =>
  onTheLab(
    async () => [await jest("e2e", "--runInBand", "--testPathPatterns", `e2e/(${names.join("|")})\\.test`)],
    [],
    ["--ip-version", versions],
  );

finish([...(await onLabOf("6", files)), ...(await onLabOf("dual", ["cloud/dual-stack", "lifecycle/attach-detach"]))]);
