import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { outputsOf, workerLine } from "../../../infra/outputs.ts";
import { repo } from "../../lab/settings.ts";

interface Released {
  readonly version: string;
}

const versionIn = async (file: string): Promise<string> =>
  (JSON.parse(await readFile(path.join(repo, file), "utf8")) as Released).version;

test("GIVEN a stack without workers WHEN its outputs are read THEN they say the release and the checks that are skipped", async () => {
  expect(outputsOf([], ["dns"])).toEqual({
    version: await versionIn("package.json"),
    workers: {},
    skippedChecks: ["dns"],
    __workers: [],
  });
});

describe("GIVEN a worker", () => {
  const join = [
    { phase: "boot", seconds: 520.4 },
    { phase: "registration", seconds: 4 },
    { phase: "serving CSR", seconds: 2.2 },
    { phase: "ready", seconds: 26 },
  ];
  const inAll = "boot 8m40s, registration 4s, serving CSR 2s, ready 26s";

  test.each([
    ["has joined", "Ready", ["10.0.0.20"], join, "lab", `Ready, 10.0.0.20, joined in 9m13s: ${inAll}`],
    ["has two addresses", "Ready", ["10.0.0.20", "fd00::20"], [], "lab", "Ready, 10.0.0.20, fd00::20"],
    ["is not Ready", "NotReady", ["10.0.0.20"], join, "lab", "NotReady, 10.0.0.20: npm run doctor -- --stack lab"],
    ["is of a program of somebody else", "Missing", ["10.0.0.20"], join, undefined, "Missing, 10.0.0.20"],
  ])("WHEN it %s THEN its line says so", (_case, state, addresses, phases, stack, line) => {
    expect(workerLine(state, addresses, phases, stack)).toBe(line);
  });

  test("WHEN it has an address of each IP version, and took long THEN the engine shows its line to the end", () => {
    const phases = join.map(({ phase }) => ({ phase, seconds: 3599 }));
    const addresses = ["192.168.100.200", "2001:db8:1234:5678::1:1234"];
    expect(workerLine("Ready", addresses, phases, "lab").length).toBeLessThanOrEqual(150);
  });
});

test("GIVEN the release of package.json WHEN the lock and the changelog are read THEN they have the same", async () => {
  const version = await versionIn("package.json");
  expect(await versionIn("package-lock.json")).toBe(version);
  const changelog = await readFile(path.join(repo, "CHANGELOG.md"), "utf8");
  expect(/^## (\d+\.\d+\.\d+)/m.exec(changelog)?.[1]).toBe(version);
});
