import { execFileSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { serviceScript } from "../../lab/metal/services.ts";
import { parseService } from "../../lab/metal/unit-file.ts";

test("a service runs with its own environment and nothing else, its words kept whole", () => {
  const unit = `[Service]\nExecStart=/bin/sh -c 'echo "$0|$NAME|$HOME"' "it's \${NAME}"\n`;
  const script = serviceScript(parseService("a.service", unit), { NAME: "two words" }, [])
    .replaceAll("/run/services/", "/tmp/nowhere-")
    .replace(/echo \$! >.*/, ":");
  expect(execFileSync("/bin/sh", ["-c", script], { encoding: "utf8", env: { HOME: "/root" } })).toBe(
    "it's two words|two words|\na.service has ended with status 0\n",
  );
});
