import { describe, expect, test } from "@jest/globals";
import { inPlaceLine } from "../../../../components/node/resources/describe-update.ts";
import { type InPlace, parseInPlace } from "../../../../infra/cli/in-place.ts";
import { planDocument, planDocumentOf } from "../../../../infra/cli/plan-document.ts";
import type { Report } from "../../../../infra/cli/report.ts";
import { noPlan, type WorkerPlan } from "../../../../infra/preflight/plan.ts";

const worker = "lab-7x2kq-metal-0";
const row = (change: Partial<WorkerPlan> = {}): WorkerPlan => ({
  name: worker,
  pool: "metal",
  action: "none",
  reason: null,
  drain: null,
  ...change,
});
const reportOf = (workers: WorkerPlan[], change: Partial<Report> = {}): Report => ({
  discovered: "",
  diagnostics: [],
  evaluated: true,
  skipped: [],
  changes: [],
  plan: { ...noPlan, workers },
  ...change,
});
const at = Date.parse("2026-01-01T00:00:00Z");
const documentOf = (report: Report, inPlace?: InPlace) =>
  planDocument.parse(planDocumentOf("lab", report, inPlace, at));

describe("GIVEN what pulumi preview --json prints", () => {
  const drain = { timeout: 1800 };
  const text = inPlaceLine({
    before: { nodeName: worker, drain },
    after: { nodeName: worker, drain: { timeout: 2700 } },
    repairs: [],
    secret: new Set(),
  });

  test("WHEN it has lines of changes in place THEN their reasons are read, by worker", () => {
    const diagnostics = [
      { message: "cluster lab-7x2kq\n", severity: "info" },
      { urn: "urn:a", message: `${text}\n`, severity: "info" },
      { message: `${worker}: in place (${worker}-port-0: tags a -> b)\n`, severity: "info" },
    ];
    expect([...parseInPlace(JSON.stringify({ steps: [], diagnostics }))]).toEqual([
      [worker, ["drain.timeout 30m -> 45m", `${worker}-port-0: tags a -> b`]],
    ]);
  });

  test("WHEN nothing is said THEN there is none", () => {
    expect(parseInPlace("{}").size).toBe(0);
  });
});

describe("GIVEN the program's report", () => {
  test("WHEN there are no errors THEN the document has its version, its exit code and the plan", () => {
    expect(documentOf(reportOf([row()], { skipped: ["dns"] }), new Map())).toEqual({
      version: 1,
      stack: "lab",
      at: "2026-01-01T00:00:00.000Z",
      exitCode: 0,
      evaluated: true,
      inPlaceKnown: true,
      workers: [row()],
      rollouts: [],
      impact: [],
      expectedDuration: null,
      diagnostics: [],
      skippedChecks: ["dns"],
    });
  });

  test.each<[string, WorkerPlan, Partial<WorkerPlan>]>([
    ["stays", row(), { action: "change in place", reason: "label a" }],
    ["is kept", row({ reason: "old image" }), { action: "change in place", reason: "label a; old image" }],
    ["is replaced", row({ action: "replace", reason: "image" }), { action: "replace", reason: "image" }],
  ])("WHEN a worker that %s is changed in place THEN its action says what matters most", (_, plan, expected) => {
    expect(documentOf(reportOf([plan]), new Map([[worker, ["label a"]]])).workers).toMatchObject([expected]);
  });

  test("WHEN there are errors THEN the exit code is 1, and changes in place are not known", () => {
    const diagnostic = { check: "quota", path: "pools", problem: "p", expected: "e", remedy: "r" };
    const diagnostics = [{ ...diagnostic, problem: "q", warning: true } as const, diagnostic];
    const document = documentOf(reportOf([], { diagnostics, evaluated: false }));
    expect(document).toMatchObject({ exitCode: 1, evaluated: false, inPlaceKnown: false });
    expect(document.diagnostics.map(({ severity, problem }) => [severity, problem])).toEqual([
      ["warning", "q"],
      ["error", "p"],
    ]);
  });
});
