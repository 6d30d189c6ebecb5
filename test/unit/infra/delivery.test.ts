import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { textOf } from "../../../components/ignition/data-url.ts";
import { renderPointer } from "../../../components/ignition/pointer.ts";
import type { PoolIgnition, PoolSpec } from "../../../components/worker-pool.ts";
import { poolSpec } from "../../../infra/pool-spec.ts";
import { configOf, factsOf, owner } from "../../support/preflight-facts.ts";

interface Ignition {
  readonly version: string;
  readonly config?: { readonly merge?: readonly { readonly source: string }[] };
  readonly security?: { readonly tls?: { readonly certificateAuthorities?: readonly { readonly source: string }[] } };
  readonly timeouts?: object;
  readonly proxy?: object;
}

/** What Ignition fetches from elsewhere or applies, in its order, with the settings in effect then. */
interface Part {
  readonly content: unknown;
  readonly authorities: readonly string[];
  readonly timeouts: object;
  readonly proxy: object;
}

const url = "https://swift/v1/AUTH_a/c/o?sig";

/**
 * Resolves a config as Ignition does (internal/exec/engine.go, renderConfig): a merged config has the settings of those that
 * merge it, with its own added.
 */
function resolve(config: { ignition: Ignition }, stored: string, above: Omit<Part, "content">): Part[] {
  const { ignition } = config;
  const own = ignition.security?.tls?.certificateAuthorities?.map(({ source }) => source) ?? [];
  const settings = {
    authorities: [...above.authorities, ...own],
    timeouts: { ...above.timeouts, ...ignition.timeouts },
    proxy: { ...above.proxy, ...ignition.proxy },
  };
  const merge = ignition.config?.merge ?? [];
  if (merge.length === 0) return [{ content: config, ...settings }];
  return merge.flatMap(({ source }) => {
    if (source !== url && !source.startsWith("data:")) return [{ content: source, ...settings }];
    const text = source === url ? stored : textOf(source);
    return resolve(JSON.parse(text) as { ignition: Ignition }, stored, settings);
  });
}

const nothing = { authorities: [], timeouts: {}, proxy: {} };

/** The parts of a machine's config, from its user data on. */
function partsOf(ignition: PoolIgnition): Part[] {
  if (ignition.delivery === "inline")
    return resolve(JSON.parse(ignition.userData) as { ignition: Ignition }, "", nothing);
  const pointer = renderPointer({ ...ignition, url });
  return resolve(JSON.parse(pointer) as { ignition: Ignition }, ignition.payload, nothing);
}

const specOf = (ignition: object): PoolSpec => {
  const [pool] = configOf({ ignition }).pools;
  if (!pool) throw new Error("no pool");
  return poolSpec(pool, 0, factsOf({ ca: certificate }), { owner, formerOwners: [] });
};

const certificate = "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----";

const someIgnition = fc.record(
  {
    machineConfigPool: fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/),
    proxy: fc.record({
      httpProxy: fc.constantFrom("http://proxy:3128", undefined),
      httpsProxy: fc.constant("https://proxy:3129"),
      noProxy: fc.array(fc.constantFrom("10.0.0.5", ".lab.example")),
    }),
    spec: fc.constantFrom("3.1.0", "3.2.0", "3.4.0"),
    fragments: fc.array(
      fc.record({
        ignition: fc.constantFrom({ version: "3.2.0" }, { version: "3.4.0" }),
        kernelArguments: fc.record({ shouldExist: fc.uniqueArray(fc.string()) }),
      }),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: [] },
);

test("GIVEN any Ignition settings WHEN either delivery is resolved as a machine does THEN it boots with the same, in the same order", () => {
  fc.assert(
    fc.property(someIgnition, (ignition) => {
      const stored = partsOf(specOf({ ...ignition, delivery: "swift" }).ignition);
      const inline = partsOf(specOf({ ...ignition, delivery: "inline" }).ignition);
      const without = (parts: readonly Part[]): Omit<Part, "authorities">[] =>
        parts.map(({ content, timeouts, proxy }) => ({ content, timeouts, proxy }));
      expect(without(inline)).toEqual(without(stored));
      // the authority of the object store is needed for that alone
      expect(inline.map(({ authorities }) => authorities)).toEqual(
        stored.map(({ authorities }) => authorities.slice(1)),
      );
    }),
  );
});

test("GIVEN any Ignition settings WHEN only the way to them is edited THEN the payload's hash says that nothing changes", () => {
  fc.assert(
    fc.property(someIgnition, ({ proxy, ...ignition }) => {
      const { payload } = specOf({ ...ignition, proxy, delivery: "inline" });
      expect(payload).toEqual(specOf({ ...ignition, delivery: "swift" }).payload);
    }),
  );
});
