import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatDuration, parseDuration } from "../../../../components/lib/duration.ts";
import { reasonOf } from "../../../../components/lib/errors.ts";
import { suggest } from "../../../../components/lib/suggest.ts";
import { renderDiagnostics } from "../../../../infra/diagnostics/diagnostic.ts";

test.each([
  ["90s", 90],
  ["45m", 2700],
  ["1h30m", 5400],
  ["1h0m1s", 3601],
  ["", undefined],
  ["0h", undefined],
  ["90", undefined],
  ["30m1h", undefined],
  ["-1m", undefined],
])("the duration %j is %p seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test("a duration reads as what was written", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), (n) => parseDuration(formatDuration(n)) === n));
});

test.each([
  ["flavour", "flavor"],
  ["subnett", "subnet"],
  ["wroker", "worker"],
  ["zzzzzz", undefined],
])("the nearest of %j is %p", (name, meant) => {
  expect(suggest(name, ["flavor", "image", "subnet", "worker"])).toBe(meant);
});

test("errors are one screen of text in the order of their paths", () => {
  const diagnostic = (path: string) => ({
    check: "config",
    path,
    problem: "missing",
    expected: "a name",
    remedy: "add it",
  });
  expect(renderDiagnostics([diagnostic("pools[10].name"), diagnostic("pools[2].name")])).toBe(
    `2 errors, nothing was changed:

  pools[2].name: missing
    expected: a name
    fix:      add it
  pools[10].name: missing
    expected: a name
    fix:      add it
`,
  );
});

test.each<[Error, string]>([
  [new Error("no", { cause: new Error("connect\n ECONNREFUSED") }), "no: connect ECONNREFUSED"],
  [new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") }), "connect ECONNREFUSED"],
  [new Error("fetch failed"), "fetch failed"],
  [Object.assign(new Error(""), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
  [
    new Error("unable to verify; if the root CA is installed locally, try running Node.js with --use-system-ca"),
    "unable to verify",
  ],
])("the reason of %p is in one line %p", (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
