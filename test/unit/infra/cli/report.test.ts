import { expect, test } from "@jest/globals";
import { exitCodeOf, renderReport, type Report } from "../../../../infra/cli/report.ts";
import type { Fault } from "../../../../infra/diagnostics/diagnostic.ts";

const fault: Fault = {
  check: "quota",
  path: "pools",
  what: "this update adds 4 instances, and 1 of 10 are free",
  expected: "a quota of at least 13 instances",
  fix: "ask the cloud's operator for more, or attach fewer workers",
};
const warning: Fault = { ...fault, check: "dns", path: "machineNetwork.subnet", what: "no DNS", warning: true };
const report = (change: Partial<Report>): Report => ({
  discovered: "",
  faults: [],
  judged: true,
  skipped: [],
  edits: [],
  ...change,
});

const verdicts = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const [, check, verdict] = /^ {2}([\w-]+) {2,}(ok|warning|FAULT|skipped|not judged) /.exec(line) ?? [];
      return check !== undefined && verdict !== undefined ? [[check, verdict]] : [];
    }),
  );

test("GIVEN faults, warnings and skipped checks WHEN they are shown THEN each check has its verdict, faults come first", () => {
  const text = renderReport(report({ faults: [warning, fault], skipped: ["mtu"] }));
  expect(verdicts(text)).toMatchObject({ quota: "FAULT", dns: "warning", mtu: "skipped", image: "ok" });
  expect(text.indexOf("pools: this update")).toBeLessThan(text.indexOf("(warning) no DNS"));
  expect(text.endsWith("1 fault; `pulumi up` would stop")).toBe(true);
});

test("GIVEN what two places name and nobody has WHEN it is shown THEN it is told and counted once, in the order of paths", () => {
  const [flavor, image] = ["pools[10].flavor", "pools[2].image"].map((path) => ({ ...fault, path }));
  const text = renderReport(report({ faults: [flavor, image, flavor].flatMap((each) => each ?? []) }));
  expect(text.match(/^ {2}pools\S+:/gm)).toEqual(["  pools[2].image:", "  pools[10].flavor:"]);
  expect(text).toContain("2 faults;");
});

test("GIVEN what was discovered WHEN it is shown THEN it stands above the table; where nothing was, there is no gap", () => {
  expect(renderReport(report({ discovered: "cluster a\nAPI b" }))).toMatch(/^cluster a\nAPI b\n\n {2}dhcp +ok/);
  expect(renderReport(report({}))).toMatch(/^ {2}\S+ +ok/);
});

test("GIVEN a config that is wrong WHEN it is shown THEN nobody takes the checks for passed", () => {
  const text = renderReport(report({ faults: [{ ...fault, check: "config" }], judged: false }));
  expect(verdicts(text)).toMatchObject({ config: "FAULT", quota: "not judged" });
});

test("GIVEN workers that change WHEN they are shown THEN each has its line, between the checks and the faults", () => {
  const line = "lab-metal-0: refuse (pools: this update adds 4 instances)";
  const text = renderReport(report({ faults: [fault], edits: [line] }));
  expect(text).toContain(`\n\n  ${line}\n\n`);
  expect(text.indexOf(line)).toBeLessThan(text.indexOf("expected:"));
});

test.each<[Fault[], number]>([
  [[], 0],
  [[warning], 0],
  [[warning, fault], 1],
])("GIVEN %j WHEN it is judged THEN the exit code tells", (faults, code) => {
  expect(exitCodeOf(report({ faults }))).toBe(code);
  if (code === 0) expect(renderReport(report({ faults }))).toContain("nothing stands in the way");
});
