import { type Config, Project, succeeded } from "../../e2e/support/project.ts";
import type { Contender } from "./contender.ts";

/** Above what the machines take to join when all of them start on two cores at once. */
const timeouts = {
  provision: "15m",
  boot: "10m",
  servingCsr: "5m",
  ready: "5m",
  delete: "10m",
  nodeRemoval: "5m",
};

/** A stack with one pool of so many workers, configured and not up. */
export async function ourProject(count: number, change: Config = {}): Promise<Project> {
  const project = await Project.create("bench");
  const pool = { name: "bench", replicas: count, timeouts, ...change };
  await project.configure({ pools: await project.pools(pool) });
  return project;
}

/** Removes what Pulumi keeps of it, also after a command that was killed and has left its lock. */
export async function forget(project: Project): Promise<void> {
  await project.pulumi("cancel", "--yes");
  succeeded(await project.pulumi("stack", "rm", "--yes", "--force"));
}

/**
 * This program: a stack with one pool.
 * @param parallel how many resources Pulumi works on at once, by the number of workers; its default without
 */
export function ours(name: string, parallel?: (count: number) => number): Contender {
  return {
    name,
    lacks: "–",
    async begin(count) {
      const project = await ourProject(count);
      const args = parallel ? ["--parallel", String(parallel(count))] : [];
      return {
        create: () => project.up(...args),
        noChange: () => project.preview("--expect-no-changes", ...args),
        remove: () => project.destroy(...args),
        end: () => forget(project),
      };
    },
  };
}
