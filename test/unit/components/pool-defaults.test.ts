import { expect, test } from "@jest/globals";
import { ownTerms, sumOf } from "../../../components/ignition/url-lifetime.ts";
import { poolDefaults } from "../../../components/pool-defaults.ts";
import { poolSpec } from "../../../infra/pool-spec.ts";
import { accepted, good } from "../../support/config-fixtures.ts";
import { factsOf } from "../../support/preflight-facts.ts";

test("GIVEN a stack's pool that sets nothing WHEN it is declared THEN it has the defaults of a pool in a program", () => {
  const [pool] = accepted(good()).pools;
  if (!pool) throw new Error("no pool");
  const facts = factsOf({});
  const spec = poolSpec(pool, 0, { ...facts, objectStore: facts.objectStore }, { owner: "o/p/s", formerOwners: [] });
  const { urlLifetime, replaced, editedPorts, inCloud, machineConfigPools, serving, ...config } = poolDefaults;
  expect(spec).toMatchObject(config);
  expect(urlLifetime).toBe(sumOf(ownTerms(pool)));
  expect([replaced, editedPorts, inCloud, serving].map(({ size }) => size)).toEqual([0, 0, 0, 0]);
  expect(machineConfigPools).toEqual([]);
});
