import { expect, test } from "@jest/globals";
import type { Config } from "../../../../../infra/config/load.ts";
import type { ExistingServer, StateServer } from "../../../../../infra/discovery/facts.ts";
import { expiredUrlDiagnostics } from "../../../../../infra/preflight/checks/expired-url.ts";
import { answer, configOf, existingServer, factsOf, nodeOf, owner } from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const created = "2026-01-01T12:00:00Z";
const hour = 3_600_000;
const config = (ignition: object = { urlLifetime: "5h" }): Config => configOf({ ignition });

interface Given {
  readonly config?: Config;
  /** hours since the server was made */
  readonly hours?: number;
  readonly server?: Partial<ExistingServer>;
  readonly node?: boolean;
  readonly state?: Partial<StateServer>;
  readonly queued?: number;
}

function found({ hours = 6, server = {}, node = false, state, queued = 0, ...given }: Given) {
  const facts = factsOf({
    cluster: { nodes: node ? [nodeOf(worker, owner, "v1.34.1")] : [] },
    checks: { servers: answer([{ ...existingServer("s-0", worker, owner), created, ...server }]) },
    ...(state && { state: { value: { servers: { [worker]: { id: "s-0", ...state } }, ports: {} } } }),
  });
  const at = Date.parse(created) + hours * hour;
  return expiredUrlDiagnostics(given.config ?? config(), { ...facts, at }, [{ name: "queue", seconds: queued }]);
}

test("GIVEN a server without a Node whose URL has expired WHEN it is judged THEN it is named, with what helps", () => {
  expect(found({})).toMatchObject([
    {
      check: "url-lifetime",
      path: "pools[metal].replicas",
      warning: true,
      problem: `server ${worker} (s-0) has no Node, and the signed URL of its Ignition config has expired: it was valid for 5h, and the server was made at ${created}`,
      remedy: expect.stringContaining("pulumi up --replace"),
    },
  ]);
});

test.each<[string, Given]>([
  ["its URL may still be valid", { hours: 5 }],
  ["its lifetime is the default, which covers all that may pass", { config: config({}), hours: 3 }],
  ["it has a Node", { node: true }],
  ["it had joined before, and somebody deleted its Node", { state: { hasJoined: true } }],
  ["it has failed", { server: { failure: "no host" } }],
  ["it is being built", { server: { progress: "building" } }],
  ["nobody knows when it was made", { server: { created: undefined } }],
  ["it is another stack's", { server: { owner: "a/b/c" } }],
  ["its config is in its user data", { config: config({ delivery: "inline" }) }],
])("GIVEN a server of which %s WHEN it is judged THEN nothing is reported", (_, given) => {
  expect(found(given)).toEqual([]);
});

test("GIVEN a default lifetime WHEN workers queue THEN it lasts as much longer", () => {
  const defaults = config({});
  expect(found({ config: defaults, hours: 24 })).toHaveLength(1);
  expect(found({ config: defaults, hours: 24, queued: 86_400 })).toEqual([]);
});
