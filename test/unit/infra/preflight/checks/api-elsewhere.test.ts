import { describe, expect, test } from "@jest/globals";
import { type Change, configOf, diagnosticsOf, factsOf } from "../../../../support/preflight-facts.ts";

/** A user-managed load balancer: the API's virtual IP is in none of the machine networks. */
const elsewhere = { apiVips: ["192.0.2.5"], machineNetworks: ["10.0.0.0/16"] };

const found = (pool: object, change: Change, cluster: object = elsewhere): string[] =>
  diagnosticsOf(configOf(pool), factsOf({ ...change, cluster: { ...elsewhere, ...cluster } }))
    .filter(({ check }) => ["machine-network", "node-address"].includes(check))
    .map(({ check, path }) => `${check} ${path}`);

const two = { networks: [{}, { network: "net", subnet: "second" }] };
const second = { id: "s2", name: "second", cidr: "10.0.1.0/24" };

describe("GIVEN an API outside of the machine networks", () => {
  test.each<[string, string[], string[]]>([
    ["in a machine network", found({}, {}), []],
    ["elsewhere", found({}, { subnet: { cidr: "10.9.0.0/24" } }), ["machine-network machineNetwork.subnet"]],
    [
      "in the API's own network",
      found({}, { subnet: { cidr: "192.0.2.0/24" } }),
      ["machine-network machineNetwork.subnet"],
    ],
    ["in two, both with a gateway", found(two, { more: [second] }), ["node-address pools[metal].networks[1]"]],
    ["in two, one of them with a gateway", found(two, { more: [{ ...second, gateway: "" }] }), []],
  ])("WHEN a worker is %s THEN %j", (_, seen, expected) => {
    expect(seen).toEqual(expected);
  });
});

test("GIVEN an API in another subnet of the machine networks WHEN a worker is not beside it THEN it is refused", () => {
  expect(found({}, {}, { apiVips: ["10.0.9.5"] })).toEqual(["machine-network machineNetwork.subnet"]);
});
