import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { Project, type Run, succeeded } from "../../e2e/support/project.ts";
import { backendDir } from "../../lab/engine/environment.ts";
import { prepareTofu } from "../contenders/opentofu.ts";
import type { Work } from "../work.ts";
import type { ClientEnv } from "./client-files.ts";
import { type Recording } from "./recording.ts";
import { type Site, type World, worldOfOurs, worldOfTofu } from "./world.ts";

/** A client that finds everything as its state says, ready to look. */
export interface Look {
  /** fails when it finds a change */
  look(): Promise<Run>;
  /** Removes what it keeps on this machine. */
  end(): Promise<void>;
}

export interface Previewer {
  /** as the table shows it */
  readonly name: string;
  /** name of its recording */
  readonly recording: string;
  world(recording: Recording, count: number, site: Site): World;
  /**
   * What is not measured: folders, configuration, the state.
   * @param env leads to where the world is served
   */
  begin(world: World, env: ClientEnv): Promise<Look>;
}

export const ourPreview: Previewer = {
  name: "this program",
  recording: "ours",
  world: worldOfOurs,
  async begin({ config, state }, env) {
    // a lab that is down has none
    await mkdir(backendDir, { recursive: true });
    // the stack's name is a part of URNs and of owners: it is the recorded one
    const project = await Project.create("previews", config, env);
    await project.importState(JSON.stringify(state));
    return {
      look: () => project.preview("--expect-no-changes"),
      async end() {
        succeeded(await project.pulumi("stack", "rm", "--yes", "--force"));
        await rm(project.folder, { recursive: true });
      },
    };
  },
};

const work = z.object({
  container: z.string(),
  key: z.string(),
  object: z.string(),
  payload: z.string(),
  userData: z.string(),
  servers: z.array(z.string()),
  flavor: z.string(),
  image: z.string(),
  network: z.string(),
  subnet: z.string(),
});

export const tofuPlan: Previewer = {
  name: "OpenTofu",
  recording: "opentofu",
  world: worldOfTofu,
  async begin({ config, state }, env) {
    const given: Work = work.parse(config);
    const { folder: own, run } = await prepareTofu("opentofu-plan", given);
    await writeFile(path.join(own, "terraform.tfstate"), JSON.stringify(state));
    return {
      look: () => run(["plan", "-detailed-exitcode"], env),
      end: () => rm(own, { recursive: true }),
    };
  },
};
