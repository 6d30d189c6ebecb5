import { expect, test } from "@jest/globals";
import { circumstancesLine, document, picture } from "../../bench/report/document.ts";
import type { Result } from "../../bench/report/statistics.ts";

const requests = { logins: 1, nova: 2, neutron: 3, apiserver: 4 };
const figures = { seconds: 12.34, cpu: 1, memory: 100, requests };
const results: Result[] = [
  { name: "base", lacks: "drain", rounds: [{ create: figures, noChange: figures, remove: figures }], failures: [] },
  { name: "other", lacks: "all", rounds: [], failures: ["no machine"] },
];
const circumstances = { date: "2026-01-02", cpu: "Model 7", cores: 2, count: 10, rounds: 2, versions: ["base 1.0"] };

test("GIVEN results THEN the document says where, when and with what they were measured", () => {
  const text = document(results, circumstances, "base");
  expect(text).toContain("2026-01-02, 2 cores of Model 7; 10 workers, medians of 2 rounds");
  expect(text).toContain("base 1.0");
});

test("GIVEN one round THEN nothing is called a median", () => {
  expect(circumstancesLine({ ...circumstances, rounds: 1 })).toBe(
    "2026-01-02, 2 cores of Model 7; 10 workers, one round",
  );
});

test("GIVEN a contender that failed THEN the picture shows it without bars", () => {
  const drawn = picture(results, circumstances);
  expect(drawn.match(/>12\.3</g)).toHaveLength(3);
  expect(drawn.match(/>failed</g)).toHaveLength(3);
});
