import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type FactsReport, writeFacts } from "../../../../infra/cli/facts-report.ts";
import { ConfigError, type Diagnostic } from "../../../../infra/diagnostics/diagnostic.ts";
import { factsOf, owner } from "../../../support/preflight-facts.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "facts-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The report that the program writes when it reads so, before it ends without declaring anything. */
async function reportBy(read: Parameters<typeof writeFacts>[2]): Promise<FactsReport> {
  const file = path.join(folder, "report.json");
  await expect(writeFacts(file, owner, read)).rejects.toThrow("this run declares nothing");
  return JSON.parse(await readFile(file, "utf8")) as FactsReport;
}

const diagnostic: Diagnostic = {
  check: "cloud",
  path: "machineNetwork.network",
  problem: 'no network named "n"',
  expected: "one",
  remedy: "correct the name",
};

describe("GIVEN the program in a run that reports its facts", () => {
  test("WHEN it has read them THEN they are written with the owner, and no client with its token", async () => {
    const { cluster, cloud, objectStore } = factsOf({});
    const found = { cluster, cloud, objectStore, client: { token: "hush" }, api: {}, provider: {} };
    const report = await reportBy(() => Promise.resolve(found));
    expect(report).toEqual(
      JSON.parse(JSON.stringify({ owner, facts: { cluster, cloud, objectStore }, diagnostics: [] })),
    );
  });

  test("WHEN they cannot be read THEN the reasons are written with the owner", async () => {
    const report = await reportBy(() => Promise.reject(new ConfigError([diagnostic])));
    expect(report).toEqual({ owner, diagnostics: [diagnostic] });
  });

  test("WHEN something else fails THEN nothing is written, and that is the error", async () => {
    const file = path.join(folder, "report.json");
    const wrong = writeFacts(file, owner, () => Promise.reject(new Error("another project")));
    await expect(wrong).rejects.toThrow("another project");
    await expect(readFile(file)).rejects.toThrow("ENOENT");
  });
});
