import path from "node:path";
import type { Step } from "../../runtime/step.ts";
import { run } from "../environment.ts";
import { conf } from "../paths.ts";
import { isStamped, writeStamp } from "./stamps.ts";

function seedStep(part: "catalog" | "base", name: string): Step {
  return {
    name,
    // fifty machines on a loaded machine take minutes
    timeout: 900,
    check: () => Promise.resolve(isStamped(part)),
    async up() {
      const launcher = path.join(import.meta.dirname, "../launchers/seed.py");
      await run(["python", launcher, part, path.join(conf, "seed.json")]);
      await writeStamp(part);
    },
  };
}

export const catalogStep = seedStep("catalog", "users, services and endpoints");
export const baseStep = seedStep("base", "flavor, image, networks and machines");
