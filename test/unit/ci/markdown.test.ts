import { describe, expect, test } from "@jest/globals";
import type { Changes } from "../../../ci/review/changes.ts";
import { markerOf, renderReview } from "../../../ci/review/markdown.ts";
import { verdictOf } from "../../../ci/review/verdict.ts";

const nothing: Changes = { workers: [], others: [], unchanged: 12, messages: [], isGrave: false };

describe("GIVEN what a preview would change WHEN it is rendered", () => {
  test("THEN the table has a row for each worker, and a review is demanded for a replacement", () => {
    const workers = [
      { name: "prod-metal-0", kind: "replace" as const, because: ["Instance: metadata.image"] },
      { name: "prod-metal-3", kind: "attach" as const, because: [] },
    ];
    const others = [{ name: "PoolMembership metal", kind: "update" as const, because: ["PoolMembership: members"] }];
    expect(renderReview("production", { ...nothing, workers, others, isGrave: true }, false)).toBe(
      [
        "<!-- openstack-baremetal-compute: planned changes of production -->",
        "### Planned changes: `production`",
        "",
        "**Needs a review:** something is replaced or detached.",
        "",
        "Changes of workers: 1 replaced, 1 attached; other resources: 1. 12 resources stay as they are.",
        "",
        "| worker | becomes | because of |",
        "| --- | --- | --- |",
        "| `prod-metal-0` | replaced | `Instance: metadata.image` |",
        "| `prod-metal-3` | attached |  |",
        "",
        "| other resource | becomes | because of |",
        "| --- | --- | --- |",
        "| `PoolMembership metal` | updated in place | `PoolMembership: members` |",
      ].join("\n"),
    );
  });

  test("THEN without changes it says so, and demands nothing", () => {
    const text = renderReview("production", nothing, false);
    expect(text).toContain("No changes. 12 resources stay as they are.");
    expect(text).not.toContain("review");
  });

  test("THEN a failed preview shows its messages", () => {
    const messages = [{ severity: "error", text: "pools[metal].image: no image" }];
    const text = renderReview("production", { ...nothing, messages }, true);
    expect(text).toContain("**The preview failed:**");
    expect(text).not.toContain("No changes");
    expect(text).toContain("```text\npools[metal].image: no image\n```");
  });

  test("THEN text of others ends neither a block nor a cell", () => {
    const messages = [{ severity: "info", text: "a\n```\n<script>" }];
    const workers = [{ name: "a|b`c\n", kind: "update" as const, because: [] }];
    const text = renderReview("production", { ...nothing, messages, workers }, false);
    expect(text).toContain("````text\na\n```\n<script>\n````");
    expect(text).toContain("| `a\\|b c ` | updated in place |  |");
  });

  test("THEN what is too long for a comment is cut, and that is said", () => {
    const messages = [{ severity: "info", text: "x".repeat(100_000) }];
    const text = renderReview("production", { ...nothing, messages }, false);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/The rest is in the log of the job\.$/);
  });

  test("THEN its first line is what the next run looks for", () => {
    expect(renderReview("production", nothing, false).split("\n")[0]).toBe(markerOf("production"));
    expect(markerOf("production")).not.toBe(markerOf("staging"));
  });
});

test.each<[string, boolean, boolean, number | undefined, number]>([
  ["failed", true, true, 3, 1],
  ["replaces nothing", false, false, 0, 0],
  ["replaces something, outside of a pull request", false, true, undefined, 0],
  ["replaces something, without an approval", false, true, 0, 3],
  ["replaces something, with one", false, true, 1, 0],
])(
  "GIVEN a preview that %s WHEN it is judged THEN the pipeline goes on or not",
  (_, failed, grave, approvals, code) => {
    expect(verdictOf(failed, grave, approvals).code).toBe(code);
  },
);
