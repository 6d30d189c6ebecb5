import { describe, expect, test } from "@jest/globals";
import { driftOf, type Ended } from "../../../ci/drift/report.ts";

const fine: Ended = { code: 0, printed: "" };
const changed: Ended = { code: 255, printed: "error: no changes were expected but changes were proposed" };
const broken: Ended = { code: 255, printed: "error: no stack named 'production'" };

test.each<[string, Ended, Ended, number]>([
  ["nothing was found", fine, fine, 0],
  ["the state differs", changed, fine, 1],
  ["the doctor has findings", fine, { code: 1, printed: "a server in ERROR" }, 1],
  ["both have", changed, { code: 1, printed: "" }, 1],
  ["the refresh failed", broken, fine, 2],
  ["the doctor could not read everything, and the state differs", changed, { code: 2, printed: "" }, 2],
  ["the doctor was ended by a signal", fine, { code: 137, printed: "" }, 2],
])("GIVEN a nightly look WHEN %s THEN the exit code tells", (_, refresh, doctor, code) => {
  expect(driftOf("production", refresh, doctor).code).toBe(code);
});

describe("GIVEN drift WHEN it is reported", () => {
  const { title, text } = driftOf("production", changed, { code: 1, printed: "\u001b[31mworker-0\u001b[0m: no Node" });

  test("THEN the title is the stack's, for one issue a stack", () => {
    expect(title).toBe("Drift in stack production");
  });

  test("THEN what both commands have printed is there, without colours, and what to do", () => {
    expect(text).toContain("```text\nworker-0: no Node\n```");
    expect(text).toContain("but changes were proposed");
    expect(text).toMatch(/`pulumi refresh` takes the difference over, `pulumi up` takes it back/);
  });
});
