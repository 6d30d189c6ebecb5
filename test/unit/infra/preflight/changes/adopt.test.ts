import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { portDescription } from "../../../../../components/ports/description.ts";
import { adoption, type AdoptionCandidate } from "../../../../../infra/preflight/changes/adopt.ts";
import { existingPort, existingServer, owner } from "../../../../support/preflight-facts.ts";

const name = "lab-7x2kq-metal-0";
const other = "a/b/c";

/** A value that nothing is to be said against, four times out of five, or another. */
const mostly = <T>(good: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: fc.constant(good), weight: 4 }, { arbitrary: fc.constantFrom(...others), weight: 1 });

/** One of a kind, four times out of five, or another number of them. */
const mostlyOne = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.oneof({ arbitrary: fc.tuple(each), weight: 4 }, { arbitrary: fc.array(each, { maxLength: 3 }), weight: 1 });

const servers = mostlyOne(
  fc.record({
    owner: mostly<string | undefined>(undefined, owner, other),
    flavor: mostly("f", "f2"),
    failure: mostly<string | undefined>(undefined, "no card"),
    progress: mostly<"building" | "leaving" | undefined>(undefined, "building", "leaving"),
    addresses: mostly(["10.0.0.20"], [], ["10.0.0.20", "10.0.0.21"]),
  }),
);
const ports = mostlyOne(
  fc.record({
    name: mostly(`${name}-port-0`, "eth0"),
    description: mostly("", "rack 7", portDescription(owner, []), portDescription(other, [])),
    ip: mostly("10.0.0.20", "10.0.0.21", "10.0.0.22"),
    differs: mostly(false, true),
  }),
);

test("GIVEN whatever the cloud has WHEN a worker is adopted THEN it was listed, of nobody, and as the config says", () => {
  let adopted = 0;
  fc.assert(
    fc.property(mostly(true, false), servers, ports, (isListed, madeServers, madePorts) => {
      const named = madeServers.map(({ owner: of, flavor, ...rest }, i) => ({
        ...existingServer(`s${i}`, name, of),
        made: {},
        actual: { flavor, image: "i" },
        ...rest,
      }));
      const seen = madePorts.map(({ ip, name: called, description }, i) =>
        existingPort(called, { id: `p${i}`, description, addresses: [{ subnetId: "s", ip }] }),
      );
      const differing = new Set(seen.filter((_, i) => madePorts[i]?.differs).map(({ id }) => id));
      const candidate: AdoptionCandidate = {
        isListed,
        name,
        pool: "pools[metal]",
        named,
        own: named.filter((server) => server.owner === owner),
        stateId: undefined,
        wanted: {
          flavor: { name: "baremetal", id: "f" },
          image: { name: "rhcos", id: "i" },
          availabilityZone: undefined,
          onChange: "keep",
        },
        ports: [
          {
            name: `${name}-port-0`,
            stateId: undefined,
            named: seen.filter((port) => port.name === `${name}-port-0`),
            differences: ({ id }) => (differing.has(id) ? ["subnet a -> b"] : []),
          },
        ],
        seen,
        isOwner: (of) => of === owner,
      };
      const found = adoption(candidate);
      if (found.verdict === "refuse") expect(found.refusals.length).toBeGreaterThan(0);
      if (found.verdict !== "adopt") return;
      adopted += 1;
      expect(isListed).toBe(true);
      expect(named).toEqual([expect.objectContaining({ owner: undefined, failure: undefined, progress: undefined })]);
      expect(found.server.actual?.flavor).toBe("f");
      expect(found.ports).toHaveLength(1);
      const [port] = found.ports.map(({ id }) => seen.find((each) => each.id === id));
      expect(port?.description).not.toContain(other);
      expect(differing.has(port?.id ?? "")).toBe(false);
      expect(found.server.addresses).toEqual(port?.addresses.map(({ ip }) => ip));
    }),
    { numRuns: 2000 },
  );
  expect(adopted).toBeGreaterThan(50);
});
