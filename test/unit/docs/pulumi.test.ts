import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repo } from "../../lab/settings.ts";
import { pages, typedOf } from "../../support/pages.ts";

/** Pulumi's own commands and options that the pages name, and what types them. */
const typed: Readonly<Record<string, string>> = {
  up: "test/e2e/support/project.ts",
  preview: "test/e2e/support/project.ts",
  refresh: "test/e2e/support/project.ts",
  destroy: "test/e2e/support/project.ts",
  cancel: "test/e2e/lifecycle/cut-off.test.ts",
  "config set": "test/e2e/cloud/temporary-url-key.test.ts",
  "stack export": "test/e2e/support/project.ts",
  "stack import": "test/e2e/support/project.ts",
  "stack init": "test/e2e/engine/component-from-source.test.ts",
  "stack output": "test/e2e/support/project.ts",
  "stack rename": "test/e2e/support/project.ts",
  "stack rm": "test/e2e/support/engine/kubernetes-program.ts",
  "--clear-pending-creates": "test/e2e/lifecycle/cut-off.test.ts",
  "--expect-no-changes": "test/e2e/lifecycle/rollout.test.ts",
  "--diff": "test/e2e/engine/kubernetes-plugin.test.ts",
  "--json": "test/e2e/support/project.ts",
  "--policy-pack": "test/e2e/config/policy-pack.test.ts",
  "--policy-pack-config": "test/e2e/config/policy-pack.test.ts",
  "--file": "test/e2e/support/project.ts",
  "--parallel": "test/e2e/config/preflight.test.ts",
  "--replace": "test/e2e/lifecycle/lost-state.test.ts",
  "--secret": "test/e2e/cloud/temporary-url-key.test.ts",
  "--skip-preview": "test/e2e/lifecycle/protect.test.ts",
  "--stack": "test/e2e/support/project.ts",
  "--target": "test/e2e/lifecycle/rollout.test.ts",
  "--yes": "test/e2e/support/project.ts",
};

/** Typed by no test: they are about a user's own machine and backend. */
const untyped = [
  "login",
  "plugin install",
  "policy",
  "--config-file",
  "--secrets-provider",
  "--event-log",
  "--target-dependents",
];

const commands = pages
  .flatMap(typedOf)
  .flatMap((line) => [
    ...line.matchAll(
      /\bpulumi (?:-C \S+ )?([a-z]+(?: (?:export|import|init|install|output|rename|rm|set)\b)?)([^&|;]*)/g,
    ),
  ]);
const words = new Set(
  commands.flatMap(([, command = "", rest = ""]) => [command, ...(rest.match(/(?<!\S)--[a-z-]+/g) ?? [])]),
);

test("GIVEN the pages WHEN they name commands and options of Pulumi THEN each is known here", () => {
  expect([...words].filter((word) => !(word in typed) && !untyped.includes(word))).toEqual([]);
});

describe.each(Object.entries(typed))("GIVEN %s", (word, file) => {
  test(`WHEN ${file} is read THEN it types it`, () => {
    const source = readFileSync(path.join(repo, file), "utf8");
    expect(word.split(" ").filter((part) => !source.includes(`"${part}"`))).toEqual([]);
  });
});
