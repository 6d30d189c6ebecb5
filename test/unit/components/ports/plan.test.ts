import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type IpVersion, ipVersionOf } from "../../../../components/lib/ip.ts";
import { type PlannedPort, planPorts, type PortTemplate } from "../../../../components/ports/plan.ts";
import { specHash } from "../../../../components/server/spec-hash.ts";

const four = { id: "v4", ipVersion: 4 as const };
const six = { id: "v6", ipVersion: 6 as const };
const found = { ...six, isOptional: true };

const template = (change: Partial<PortTemplate> = {}): PortTemplate => ({
  networkId: "n",
  subnets: [four],
  securityGroupIds: [],
  virtualAddresses: [],
  allowedAddresses: [],
  tags: [],
  dhcpOptions: undefined,
  ...change,
});

const worker = { worker: "lab-metal-0", infraId: "lab", owner: "acme/x/lab" };

function planned(change: Partial<PortTemplate>, fixedIps: readonly string[] = []): PlannedPort {
  const [port] = planPorts({ ...worker, fixedIps, ports: [template(change)] });
  if (!port) throw new Error("no port");
  return port;
}

describe("GIVEN the subnets of a port WHEN its addresses are planned", () => {
  const any = { ipAddress: undefined, isOptional: false };
  test.each<[string, Partial<PortTemplate>, string[], PlannedPort["addresses"]]>([
    ["IPv4 only", {}, [], [{ subnetId: "v4", ...any }]],
    ["IPv4 only, with an address", {}, ["10.0.0.20"], [{ subnetId: "v4", ...any, ipAddress: "10.0.0.20" }]],
    ["IPv6 only", { subnets: [six] }, [], [{ subnetId: "v6", ...any }]],
    [
      "dual-stack, IPv6 said first",
      { subnets: [six, four] },
      [],
      [
        { subnetId: "v4", ...any },
        { subnetId: "v6", ...any },
      ],
    ],
    [
      "dual-stack, with an IPv6 address in another spelling",
      { subnets: [four, six] },
      ["FD00:0::20"],
      [
        { subnetId: "v4", ...any },
        { subnetId: "v6", ...any, ipAddress: "fd00::20" },
      ],
    ],
    [
      "dual-stack, the second found by its tag",
      { subnets: [four, found] },
      [],
      [
        { subnetId: "v4", ...any },
        { subnetId: "v6", ipAddress: undefined, isOptional: true },
      ],
    ],
    [
      "dual-stack, the second found by its tag and with an address",
      { subnets: [four, found] },
      ["fd00::20", "10.0.0.20"],
      [
        { subnetId: "v4", ...any, ipAddress: "10.0.0.20" },
        { subnetId: "v6", ...any, ipAddress: "fd00::20" },
      ],
    ],
  ])("%s: THEN it has one of each subnet", (_, change, fixedIps, expected) => {
    expect(planned(change, fixedIps).addresses).toEqual(expected);
  });
});

test("GIVEN IPv6 addresses that a port may answer for WHEN it is planned THEN each is there once, in one spelling", () => {
  const port = planned({ virtualAddresses: ["10.0.0.7", "fd00::7"], allowedAddresses: ["FD00::0:7", "FD00:9::/64"] });
  expect(port.allowedAddresses).toEqual(["10.0.0.7", "fd00:9::/64", "fd00::7"]);
  expect(port.description).toBe("worker of acme/x/lab; answers for fd00:9::/64, fd00::7");
});

test("GIVEN any subnets and addresses WHEN ports are planned THEN each has exactly one address of each family of its subnets", () => {
  const addresses = fc
    .tuple(fc.option(fc.ipV4()), fc.option(fc.ipV6()))
    .map((all) => all.filter((each) => each !== null));
  const subnets = fc.shuffledSubarray([four, six], { minLength: 1 });
  const anyTemplate = fc.record({ subnets, fixedIps: addresses }).map(template);
  fc.assert(
    fc.property(fc.array(anyTemplate, { minLength: 1, maxLength: 4 }), addresses, (ports, fixedIps) => {
      for (const [i, port] of planPorts({ ...worker, fixedIps, ports }).entries()) {
        const wanted = ports[i]?.subnets ?? [];
        const versions = port.addresses.map(({ subnetId }) => wanted.find(({ id }) => id === subnetId)?.ipVersion);
        expect(versions).toEqual(wanted.map(({ ipVersion }) => ipVersion).toSorted());
        for (const [j, { ipAddress }] of port.addresses.entries())
          if (ipAddress !== undefined) expect<IpVersion | undefined>(ipVersionOf(ipAddress)).toBe(versions[j]);
      }
    }),
  );
});

describe("GIVEN the specification of a server WHEN its port gets a second subnet", () => {
  const hash = (...subnets: PortTemplate["subnets"]): string =>
    specHash({ flavor: { name: "f" }, image: { name: "i" }, ports: [{ networkId: "n", subnets }] });

  test("THEN one that was found by its tag changes nothing", () => {
    expect(hash(four, found)).toBe(hash(four));
  });

  test("THEN one that the config names replaces the server, in whatever order it is said", () => {
    expect(hash(four, six)).not.toBe(hash(four));
    expect(hash(six, four)).toBe(hash(four, six));
  });
});
