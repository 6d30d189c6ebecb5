import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defaultTimeouts, secondsOf } from "../../../components/lifecycle/defaults.ts";
import {
  type Declared,
  deleteBeforeReplace,
  metalBounds,
  noForcedDrain,
  privateContainer,
  productionPattern,
  protectedInProduction,
  serverTimeouts,
  types,
} from "../../../policy/rules.ts";

interface Given extends Partial<Omit<Declared, "opts">> {
  readonly stack?: string;
  readonly opts?: Partial<Declared["opts"]>;
}

/** A server as the program declares it in a stack that is no production, with some of it replaced. */
function declared({ stack = "staging", type = types.server, opts = {}, ...rest }: Given): Declared {
  return {
    type,
    name: "a",
    urn: `urn:pulumi:${stack}::openstack-baremetal-compute::pool$${type}::a`,
    props: {},
    ...rest,
    opts: {
      protect: false,
      deleteBeforeReplace: true,
      customTimeouts: {
        createSeconds: secondsOf(defaultTimeouts.provision),
        deleteSeconds: secondsOf(defaultTimeouts.delete),
      },
      ...opts,
    },
  };
}

const timeouts = (createSeconds: number, deleteSeconds: number): Given => ({
  opts: { customTimeouts: { createSeconds, deleteSeconds } },
});

describe("GIVEN the timeouts of a server WHEN they are checked", () => {
  test("THEN the program's defaults are long enough", () => {
    expect(serverTimeouts(declared({}), metalBounds)).toEqual([]);
  });

  test.each<[string, Given, readonly RegExp[]]>([
    ["exactly the least", timeouts(3600, 1800), []],
    ["a creation of the lab", timeouts(300, 1800), [/^server a: .* creation is 5m, .* 60m .*set timeouts\.provision/]],
    ["a deletion in seconds", timeouts(3600, 95), [/deletion is 95s, expected at least 30m .*set timeouts\.delete/]],
    ["none", timeouts(0, 0), [/creation is not set/, /deletion is not set/]],
  ])("THEN %s is judged", (_, given, expected) => {
    const found = serverTimeouts(declared(given), metalBounds);
    expect(found).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });

  test("THEN other resources may be quick", () => {
    expect(serverTimeouts(declared({ ...timeouts(1, 1), type: types.port }), metalBounds)).toEqual([]);
  });
});

describe("GIVEN a resource that is created before it is deleted WHEN it is checked", () => {
  const createdFirst = { protect: false, customTimeouts: { createSeconds: 0, deleteSeconds: 0 } };

  test.each([
    ["server", types.server],
    ["port", types.port],
  ])("THEN a %s is refused", (kind, type) => {
    const [violation, ...others] = deleteBeforeReplace({ ...declared({ type }), opts: createdFirst });
    expect(violation).toMatch(new RegExp(`^${kind} a: .*deleteBeforeReplace: true$`));
    expect(others).toEqual([]);
    expect(deleteBeforeReplace(declared({ type }))).toEqual([]);
  });

  test("THEN a container is not: it would take the servers along", () => {
    expect(deleteBeforeReplace({ ...declared({ type: types.container }), opts: createdFirst })).toEqual([]);
  });
});

test.each<[string, unknown, string | undefined]>([
  ["none", undefined, undefined],
  ["an empty one", "", undefined],
  ["everybody", ".r:*", ".r:*"],
  ["everybody, with listings", ".r:*,.rlistings", ".r:*"],
  ["a referrer, which any client can claim", "project:user, .referrer:example.com", ".referrer:example.com"],
  ["everybody but a referrer", ".r:*,.r:-example.com", ".r:*"],
  ["nobody by referrer", ".r:-example.com", undefined],
  ["listings alone, which need a reader", ".rlistings", undefined],
  ["a project's users", "0af3:*", undefined],
])("GIVEN a container's read ACL WHEN it is for %s THEN it is judged", (_, containerRead, found) => {
  const violations = privateContainer(declared({ type: types.container, props: { containerRead } }));
  expect(violations).toEqual(found === undefined ? [] : [expect.stringContaining(`containerRead "${found}"`)]);
});

describe("GIVEN what a worker is made of WHEN it is not protected", () => {
  const parts = [types.server, types.port, types.claim, types.drain, types.node, types.membership];

  test.each(parts)("THEN %s is named in production, and nowhere else", (type) => {
    const inProduction = declared({ stack: "production", type });
    expect(protectedInProduction(inProduction, productionPattern)).toEqual([
      expect.stringMatching(/in the production stack production; set protect: true/),
    ]);
    expect(protectedInProduction(declared({ type }), productionPattern)).toEqual([]);
  });

  test("THEN a protected one, and a container, are in order", () => {
    const opts = { protect: true };
    expect(protectedInProduction(declared({ stack: "production", opts }), productionPattern)).toEqual([]);
    const container = declared({ stack: "production", type: types.container });
    expect(protectedInProduction(container, productionPattern)).toEqual([]);
  });
});

test.each([
  ["production", true],
  ["prod", true],
  ["prod-eu", true],
  ["cluster-a.production", true],
  ["eu_prod_2", true],
  ["reproduction", false],
  ["products", false],
  ["preprod", false],
  ["lab", false],
])("GIVEN the stack %s WHEN the pattern of production stacks is the default THEN it is one: %s", (stack, expected) => {
  const violations = protectedInProduction(declared({ stack }), productionPattern);
  expect(violations.length > 0).toBe(expected);
});

describe("GIVEN a drain that deletes pods at its deadline WHEN it is checked", () => {
  const forced = (stack: string, configPath = "pools[gpu]"): Declared =>
    declared({ stack, type: types.drain, props: { drain: { onTimeout: "force" }, configPath } });

  test("THEN it is refused in production, with the key to set", () => {
    expect(noForcedDrain(forced("production"), productionPattern, [])).toEqual([
      expect.stringMatching(/^worker a: .*set drain\.onTimeout: fail, or add gpu to exceptPools/),
    ]);
  });

  test.each<[string, Declared, readonly string[]]>([
    ["in staging", forced("staging"), []],
    ["of a pool that is excepted", forced("production"), ["gpu"]],
    ["of an excepted pool whose name is digits", forced("production", 'pools["42"]'), ["42"]],
    [
      "which fails instead",
      declared({ stack: "production", type: types.drain, props: { drain: { onTimeout: "fail" } } }),
      [],
    ],
    ["which is not set", declared({ stack: "production", type: types.drain }), []],
  ])("THEN one %s is in order", (_, given, except) => {
    expect(noForcedDrain(given, productionPattern, except)).toEqual([]);
  });
});

test("GIVEN any timeouts WHEN they are checked THEN there is a violation exactly if one is below its bound", () => {
  fc.assert(
    fc.property(fc.nat(20_000), fc.nat(20_000), fc.nat(300), fc.nat(300), (create, remove, least, leastDelete) => {
      const bounds = { minimumCreate: least, minimumDelete: leastDelete };
      const expected = Number(create < least * 60) + Number(remove < leastDelete * 60);
      expect(serverTimeouts(declared(timeouts(create, remove)), bounds)).toHaveLength(expected);
    }),
  );
});
