import { finish, jest, onTheLab } from "./support/suites.ts";

/**
 * End-to-end tests on a lab of IPv6 alone: machine networks, cloud and cluster have no other address, and the machines get
 * theirs by DHCPv6. What a worker lives through, each way to cloud and cluster, and what is refused.
 */

const files = [
  "access/(connections|registrar)",
  "cloud/(by-hand|ignition|inline-delivery|port-security|ports|shared-network)",
  "config/(discovery|edits|preflight)",
  "lifecycle/(attach-detach|joining|reboot|rollout|status-doctor)",
];
const pattern = `e2e/(${files.join("|")})\\.test`;
finish(
  await onTheLab(
    async () => [await jest("e2e", "--runInBand", "--testPathPatterns", pattern)],
    [],
    ["--ip-version", "6"],
  ),
);
