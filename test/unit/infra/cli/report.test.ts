import { expect, test } from "@jest/globals";
import { exitCodeOf, renderReport, type Report } from "../../../../infra/cli/report.ts";
import { noPlan } from "../../../../infra/preflight/plan.ts";
import type { Diagnostic } from "../../../../infra/diagnostics/diagnostic.ts";

const diagnostic: Diagnostic = {
  check: "quota",
  path: "pools",
  problem: "this update adds 4 instances, and 1 of 10 are free",
  expected: "a quota of at least 13 instances",
  remedy: "ask the cloud's operator for more, or attach fewer workers",
};
const warning: Diagnostic = {
  ...diagnostic,
  check: "dns",
  path: "machineNetwork.subnet",
  problem: "no DNS",
  warning: true,
};
const report = (change: Partial<Report>): Report => ({
  discovered: "",
  diagnostics: [],
  evaluated: true,
  skipped: [],
  changes: [],
  plan: noPlan,
  ...change,
});

const verdicts = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const [, check, verdict] = /^ {2}([\w-]+) {2,}(ok|warning|ERROR|skipped|not checked) /.exec(line) ?? [];
      return check !== undefined && verdict !== undefined ? [[check, verdict]] : [];
    }),
  );

test("GIVEN errors, warnings and skipped checks WHEN they are shown THEN each check has its verdict, errors come first", () => {
  const text = renderReport(report({ diagnostics: [warning, diagnostic], skipped: ["mtu"] }));
  expect(verdicts(text)).toMatchObject({ quota: "ERROR", dns: "warning", mtu: "skipped", image: "ok" });
  expect(text.indexOf("pools: this update")).toBeLessThan(text.indexOf("(warning) no DNS"));
  expect(text.endsWith("1 error: until fixed, `pulumi up` changes nothing")).toBe(true);
});

test("GIVEN an image that the cloud does not return WHEN it is shown THEN it is not checked, and all else is", () => {
  const text = renderReport(report({ diagnostics: [{ ...diagnostic, check: "cloud", path: "pools[metal].image" }] }));
  expect(verdicts(text)).toMatchObject({ cloud: "ERROR", image: "not checked", flavor: "ok", quota: "ok" });
});

test.each([
  ["machineNetwork.subnet", { dhcp: "not checked", mtu: "not checked", "security-groups": "ok", image: "ok" }],
  ["pools[metal].networks[0].network", { mtu: "not checked", quota: "ok" }],
  ["cloud", { image: "not checked", flavor: "not checked", dhcp: "not checked", quota: "ok" }],
  ["pools[metal].securityGroups[0]", { "security-groups": "not checked", dhcp: "not checked", permissions: "ok" }],
])(
  "GIVEN a %s that the cloud does not return WHEN it is shown THEN only what needs it is not checked",
  (path, expected) => {
    const text = renderReport(report({ diagnostics: [{ ...diagnostic, check: "cloud", path }] }));
    expect(verdicts(text)).toMatchObject({ cloud: "ERROR", ...expected });
  },
);

test("GIVEN duplicate diagnostics WHEN they are rendered THEN each is shown and counted once, in the order of paths", () => {
  const [flavor, image] = ["pools[10].flavor", "pools[2].image"].map((path) => ({ ...diagnostic, path }));
  const text = renderReport(report({ diagnostics: [flavor, image, flavor].flatMap((each) => each ?? []) }));
  expect(text.match(/^ {2}pools\S+:/gm)).toEqual(["  pools[2].image:", "  pools[10].flavor:"]);
  expect(text).toContain("2 errors:");
});

test("GIVEN a discovery WHEN the report is rendered THEN it is above the table; without a discovery there is no gap", () => {
  expect(renderReport(report({ discovered: "cluster a\nAPI b" }))).toMatch(/^cluster a\nAPI b\n\n {2}dhcp +ok/);
  expect(renderReport(report({}))).toMatch(/^ {2}\S+ +ok/);
});

test("GIVEN an invalid config WHEN the report is rendered THEN the checks are not shown as passed", () => {
  const text = renderReport(report({ diagnostics: [{ ...diagnostic, check: "config" }], evaluated: false }));
  expect(verdicts(text)).toMatchObject({ config: "ERROR", quota: "not checked" });
});

test("GIVEN workers that change WHEN they are shown THEN each has its line, between the checks and the errors", () => {
  const line = "lab-metal-0: refuse (pools: this update adds 4 instances)";
  const text = renderReport(report({ diagnostics: [diagnostic], changes: [line] }));
  expect(text).toContain(`\n\n  ${line}\n\n`);
  expect(text.indexOf(line)).toBeLessThan(text.indexOf("expected:"));
});

test.each<[Diagnostic[], number]>([
  [[], 0],
  [[warning], 0],
  [[warning, diagnostic], 1],
])("GIVEN %j WHEN it is judged THEN the exit code tells", (diagnostics, code) => {
  expect(exitCodeOf(report({ diagnostics }))).toBe(code);
  if (code === 0) expect(renderReport(report({ diagnostics }))).toContain("no errors found");
});

test("GIVEN workers that leave WHEN they are shown THEN what they take with them follows the planned changes", () => {
  const [change, impact] = [
    "lab-7x2kq-metal-0: detach, drained (no longer in the config)",
    "lab-7x2kq-metal-0: evicts no pod",
  ];
  const text = renderReport(report({ changes: [change], plan: { ...noPlan, impact: [impact] } }));
  expect(text).toContain(`\n\n  ${change}\n\n  ${impact}\n\nno errors found`);
});

test("GIVEN pools whose workers took long to join WHEN the report is shown THEN it says how long the update may take", () => {
  const expectedDuration = { seconds: 600, pools: [], unknown: ["gpu"] };
  const text = renderReport(report({ plan: { ...noPlan, expectedDuration } }));
  expect(text).toContain("\n\n  expected duration: about 10m,");
});
