import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { allowedAddressesEdit } from "../../../../components/ports/allowed-addresses.ts";
import { portDescription } from "../../../../components/ports/description.ts";

const vip = "10.0.0.7";
const described = (allowed: readonly string[]): string => portDescription("acme/workers/lab", allowed);
const edit = (wanted: readonly string[], description: string, allowed: readonly string[]) =>
  allowedAddressesEdit(
    { description: described(wanted), virtualAddresses: [vip] },
    { description, allowedAddresses: allowed },
  );

test.each<[string, ReturnType<typeof edit>, ReturnType<typeof edit>]>([
  ["nothing is wanted and allowed", edit([], "", [vip]), undefined],
  ["a note is set", edit([], "rack 7", [vip]), undefined],
  ["a note is set in the place of ours", edit(["10.0.0.9"], "rack 7", [vip, "10.0.0.9"]), undefined],
  ["an address is allowed by hand", edit([], "", [vip, "10.0.0.8"]), undefined],
  ["an address is allowed by hand, with a note", edit([], "for keepalived", [vip, "10.0.0.8"]), undefined],
  ["what is wanted was allowed by hand", edit(["10.0.0.8"], "", [vip, "10.0.0.8"]), undefined],
  ["one of ours is removed by hand", edit(["10.0.0.9"], "answers for 10.0.0.9", [vip]), undefined],
  [
    "one of ours is removed by hand, and our name is there",
    edit(["10.0.0.9"], described(["10.0.0.9"]), [vip]),
    undefined,
  ],
  ["our name is missing, as on a port of an earlier release", edit([], "", [vip]), undefined],
  ["ours is as it was", edit(["10.0.0.9"], "answers for 10.0.0.9", [vip, "10.0.0.9"]), undefined],
  ["an IPv6 network is as it was", edit(["fd00::/64"], "my note", ["fd00:0::/64"]), undefined],
  ["a network is as it was", edit(["10.1.0.0/16"], "my note", ["10.1.0.0/16"]), undefined],
  ["an address is added", edit(["10.0.0.9"], "", [vip]), { before: undefined, after: "10.0.0.9" }],
  ["one is added where a note is", edit(["10.0.0.9"], "rack 7", [vip]), { before: undefined, after: "10.0.0.9" }],
  [
    "one is added where a note and another address are",
    edit(["10.0.0.9"], "rack 7", [vip, "10.0.0.8"]),
    { before: "10.0.0.8", after: "10.0.0.9" },
  ],
  ["one is removed", edit([], "answers for 10.0.0.9", [vip, "10.0.0.9"]), { before: "10.0.0.9", after: undefined }],
  [
    "one is replaced",
    edit(["10.0.0.10"], "answers for 10.0.0.9", [vip, "10.0.0.9"]),
    { before: "10.0.0.9", after: "10.0.0.10" },
  ],
  ["one is removed that is gone already", edit([], "answers for 10.0.0.9", [vip]), undefined],
])("GIVEN a port WHEN %s THEN only an edit of the config counts", (_, found, expected) => {
  expect(found).toEqual(expected);
});

test("GIVEN any addresses and any note WHEN the port has all that the config wants THEN nothing is edited", () => {
  const addresses = fc.uniqueArray(fc.ipV4(), { maxLength: 4 });
  const note = fc.string().filter((text) => !text.startsWith("answers for "));
  fc.assert(
    fc.property(addresses, addresses, note, (wanted, others, description) => {
      expect(edit(wanted, description, [...wanted, ...others])).toBeUndefined();
      expect(edit(wanted, described(wanted), [...wanted, ...others])).toBeUndefined();
    }),
  );
});
