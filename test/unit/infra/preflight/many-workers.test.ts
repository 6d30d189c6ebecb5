import { expect, test } from "@jest/globals";
import { evaluate } from "../../../../infra/preflight/index.ts";
import {
  answer,
  configOf,
  existingPort,
  existingServer,
  factsOf,
  nodeOf,
  owner,
} from "../../../support/preflight-facts.ts";

const tag = "openshiftClusterID=lab-7x2kq";

/** The same, with a count of all reads of a property of it. */
function counted<T extends object>(objects: readonly T[], count: () => void): T[] {
  const get = (target: T, key: string | symbol): unknown => {
    count();
    return Reflect.get(target, key);
  };
  return objects.map((object) => new Proxy(object, { get }));
}

/** How often preflight reads a property of a server, a port or a Node of a pool whose workers are all there. */
function readsOf(workers: number): number {
  let reads = 0;
  const count = (): void => {
    reads += 1;
  };
  const names = Array.from({ length: workers }, (_, i) => `lab-7x2kq-metal-${i}`);
  const facts = factsOf({
    cluster: {
      nodes: counted(
        names.map((name) => nodeOf(name, owner, "v1.34.1")),
        count,
      ),
    },
    checks: {
      servers: answer(
        counted(
          names.map((name, i) => existingServer(`s${i}`, name, owner)),
          count,
        ),
      ),
      ports: answer(
        counted(
          names.map((name, i) => ({ ...existingPort(`${name}-port-0`), id: `p${i}`, tags: [tag] })),
          count,
        ),
      ),
    },
  });
  evaluate(configOf({ replicas: workers }), facts);
  return reads;
}

test("GIVEN ten times as many workers WHEN preflight evaluates them THEN it looks ten times as often, and not a hundred", () => {
  const [few, many] = [readsOf(20), readsOf(200)];
  expect(few).toBeGreaterThan(20);
  expect(many).toBeLessThanOrEqual(10 * few);
});
