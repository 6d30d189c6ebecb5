import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { scriptDir, serviceScript } from "../../lab/metal/services.ts";
import { parseService } from "../../lab/metal/unit-file.ts";

describe("the script of a service", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "services-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (unit: string, environment: Record<string, string> = {}): string => {
    const script = serviceScript(parseService("a.service", unit), environment, []).replaceAll(scriptDir, folder);
    return execFileSync("/bin/sh", ["-c", script], { encoding: "utf8", env: { HOME: "/root" } });
  };

  test("gives it its own environment and nothing else, and keeps its words whole", () => {
    const unit = `[Service]\nExecStart=/bin/sh -c 'echo "$0|$NAME|$HOME"' "it's \${NAME}"\n`;
    expect(run(unit, { NAME: "two words" })).toBe("it's two words|two words|\na.service has ended with status 0\n");
    expect(readFileSync(path.join(folder, "a.service.pid"), "utf8")).toMatch(/^\d+\n$/);
  });

  test("starts it in a folder where there is nothing to remove", () => {
    expect(run("[Service]\nExecStart=/bin/ls -A\n")).toBe("a.service has ended with status 0\n");
  });

  test("does not start it when something before it fails, unless that may fail", () => {
    expect(() => run("[Service]\nExecStartPre=/bin/false\nExecStart=/bin/echo started\n")).toThrow("Command failed");
    expect(run("[Service]\nExecStartPre=-/bin/false\nExecStart=/bin/echo started\n")).toContain("started");
  });
});
