import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { explanations } from "../../../infra/config/explanations.ts";
import { configurePage } from "../../../infra/config/reference.ts";
import { repo } from "../../lab/settings.ts";

const written = await readFile(path.join(repo, "docs/configure.md"), "utf8");
const rowOf = (key: string): string[] | undefined =>
  written
    .split("\n")
    .find((line) => line.startsWith(`| \`${key}\` |`))
    ?.split(" | ");

test("GIVEN the config's schema WHEN docs/configure.md is read THEN it is up to date (else: npm run schema)", () => {
  expect(configurePage(written)).toBe(written);
});

test("GIVEN a page without the line below which it is written WHEN it is to be written THEN the error has the line", () => {
  expect(() => configurePage("# Configure\n")).toThrow(
    "has no line <!-- What follows is written by `npm run schema`. -->",
  );
});

test("GIVEN a key that another page explains WHEN its row is read THEN it has the link", () => {
  for (const [key, page] of Object.entries(explanations))
    expect([key, rowOf(key)?.[1]]).toEqual([key, expect.stringContaining(`[More](${page})`)]);
});

describe("GIVEN keys of each kind WHEN their rows are read THEN they have meaning, default and example", () => {
  test.each([
    ["a key with a default", "pools[].drain.timeout", ["30m", ""]],
    ["a required key", "cloud", ["required", "`production`"]],
    ["one of two keys", "pools[].replicas", ["either this or workers is required", "`3`"]],
    ["a key that a class may have", "pools[].flavor", ["required, here or in the class", "`baremetal`"]],
    [
      "an example that is an object",
      "pools[].taints",
      ["none", "`[ { key: dedicated, value: gpu, effect: NoSchedule } ]`"],
    ],
    [
      "a placeholder in the default",
      "pools[].securityGroups",
      ["`<infraID>-worker` if it exists, else []", "`[ mycluster-x7k2p-worker ]`"],
    ],
  ])("%s", (_, key, expected) => {
    expect(rowOf(key)?.slice(2)).toEqual([expected[0], expect.stringMatching(/ \|$/)]);
    expect(rowOf(key)?.[3]?.replace(/ ?\|$/, "").trim()).toBe(expected[1]);
  });

  test("a key with few values", () => {
    expect(rowOf("pools[].taints[].effect")?.[1]).toContain("One of NoSchedule, PreferNoSchedule, NoExecute.");
  });

  test("keys that are those of the pool", () => {
    expect(rowOf("pools[].workers[].networks")?.[1]).toContain("Further keys: those of pools[].networks[].");
    expect(rowOf("pools[].workers[].networks[].fixedIp")).toBeDefined();
    expect(rowOf("pools[].workers[].networks[].tags")).toBeUndefined();
  });
});
