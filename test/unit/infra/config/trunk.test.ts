import { describe, expect, test } from "@jest/globals";
import { accepted, diagnosticsOf, good, named, pool } from "../../../support/config-fixtures.ts";

const subport = { network: "storage", segmentationId: 100 };
const ofPort = (trunk: unknown): Record<string, unknown> => good(pool({ networks: [{ trunk }] }));
const ofSubports = (...subports: unknown[]): Record<string, unknown> => ofPort({ subports });
const at = "pools[metal].networks[0].trunk";

describe("GIVEN a port with a trunk", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [at, ofPort([subport]), ofPort({})],
    [`${at}.subports`, ofPort({ subports: subport }), ofPort({ subports: [] })],
    [`${at}.subports[0].network`, ofSubports({ segmentationId: 100 }), ofSubports(subport)],
    [`${at}.subports[0].segmentationId`, ofSubports({ network: "storage" }), ofSubports(subport)],
    [
      `${at}.subports[0].segmentationId`,
      ofSubports({ ...subport, segmentationId: 4095 }),
      ofSubports({ ...subport, segmentationId: 4094 }),
    ],
    [
      `${at}.subports[0].segmentationId`,
      ofSubports({ ...subport, segmentationId: 0 }),
      ofSubports({ ...subport, segmentationId: 1 }),
    ],
    [
      `${at}.subports[0].subnet`,
      ofSubports({ ...subport, subnet: [] }),
      ofSubports({ ...subport, subnet: ["a", "b"] }),
    ],
    [
      `${at}.subports[1].segmentationId`,
      ofSubports(subport, { network: "backup", segmentationId: 100 }),
      ofSubports(subport, { network: "backup", segmentationId: 101 }),
    ],
    [
      "pools[metal].workers[a].networks[0].trunk.subports[1].segmentationId",
      good(named({ workers: [{ name: "a", networks: [{ trunk: { subports: [subport, subport] } }] }] })),
      good(named({ workers: [{ name: "a", networks: [{ trunk: { subports: [subport] } }] }] })),
    ],
  ])("WHEN %s is wrong THEN it is named, and accepted when right", (path, bad, valid) => {
    expect(Object.keys(diagnosticsOf(bad))).toEqual([path]);
    accepted(valid);
  });

  test("WHEN two ports have the same VLAN IDs THEN that is accepted: each is another network card", () => {
    const port = { trunk: { subports: [subport] } };
    accepted(good(pool({ networks: [port, port] })));
  });

  test("WHEN a key is mistyped beside a repeated VLAN ID THEN both are named", () => {
    const found = diagnosticsOf(ofSubports({ ...subport, vlan: 100 }, subport));
    expect(Object.keys(found)).toContain(`${at}.subports[1].segmentationId`);
    expect(Object.keys(found)).toHaveLength(2);
  });
});
