import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { allowedOf, ownerOf, portDescription } from "../../../../components/ports/description.ts";

const owner = "acme/openstack-baremetal-compute/lab";

test("GIVEN any owner and addresses WHEN they are written into a description THEN both are read back", () => {
  const part = fc.stringMatching(/^[A-Za-z0-9._-]+$/);
  fc.assert(
    fc.property(fc.tuple(part, part, part), fc.uniqueArray(fc.ipV4(), { maxLength: 3 }), (parts, allowed) => {
      const description = portDescription(parts.join("/"), allowed);
      expect(ownerOf(description)).toBe(parts.join("/"));
      expect(allowedOf(description)).toBe(allowed.toSorted().join(", "));
    }),
  );
});

describe("GIVEN the description of a port", () => {
  test.each<[string, string, string | undefined, string | undefined]>([
    ["none", "", undefined, ""],
    ["of an earlier release, with addresses", "answers for 10.0.0.9", undefined, "10.0.0.9"],
    ["of a worker", `worker of ${owner}`, owner, ""],
    ["somebody's note", "rack 7", undefined, undefined],
    ["a note that names the owner", `was ${owner}`, undefined, undefined],
    ["a note that begins like one of ours", "worker of the month", "the month", ""],
  ])(
    "WHEN it is %s THEN it tells whose the port is, and which addresses the config had added",
    (_, text, of, allowed) => {
      expect(ownerOf(text)).toBe(of);
      expect(allowedOf(text)).toBe(allowed);
    },
  );
});
