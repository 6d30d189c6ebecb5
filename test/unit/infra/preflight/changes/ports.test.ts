import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { planPorts } from "../../../../../components/ports/plan.ts";
import { existingPorts, portChanges } from "../../../../../infra/preflight/changes/ports.ts";
import { answer, existingPort, factsOf } from "../../../../support/preflight-facts.ts";

const name = "lab-7x2kq-metal-0";
const v4 = { id: "s", ipVersion: 4 as const };
const v6 = { id: "s2", ipVersion: 6 as const };

test("GIVEN ports as any plan has them WHEN nothing is edited THEN no line tells of a change", () => {
  const ips = fc.tuple(fc.option(fc.ipV4()), fc.option(fc.ipV6())).map((all) => all.filter((it) => it !== null));
  const template = fc.record({
    networkId: fc.constantFrom("n", "n2"),
    subnets: fc.shuffledSubarray([v4, v6], { minLength: 1 }),
    allowedAddresses: fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 3 }),
    fixedIps: ips,
  });
  const rest = { securityGroupIds: [], virtualAddresses: ["10.0.0.7"], tags: [], dhcpOptions: [] };
  fc.assert(
    fc.property(fc.array(template, { minLength: 1, maxLength: 4 }), ips, (templates, fixedIps) => {
      const ports = templates.map((each) => ({ ...each, ...rest }));
      const planned = planPorts({ worker: name, infraId: "lab-7x2kq", owner: "acme/x/lab", fixedIps, ports });
      const seen = planned.map((it) =>
        existingPort(it.name, {
          networkId: it.networkId,
          description: it.description,
          addresses: it.addresses.map(({ subnetId, ipAddress = "10.0.0.99" }) => ({ subnetId, ip: ipAddress })),
        }),
      );
      const worker = { name, path: "pools[metal].workers[0]", fixedIpPath: "pools[metal].workers[0].fixedIp" };
      const facts = factsOf({ checks: { clusterPorts: answer(seen) } });
      expect(portChanges(worker, 1, planned, existingPorts(facts))).toEqual([]);
    }),
  );
});
