import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type StandIn, standInFor } from "./stand-ins.ts";

/** A key that is not listed is an error: a workflow must not mean more than the runner does. */
const texts = z.record(z.string(), z.coerce.string()).default({});
const step = z.strictObject({
  uses: z.string().optional(),
  with: texts,
  run: z.string().optional(),
  shell: z.literal("sh").optional(),
  env: texts,
  if: z.string().optional(),
});
const concurrency = z.strictObject({ group: z.string(), "cancel-in-progress": z.boolean() });
const job = z.strictObject({
  if: z.string(),
  // of the platform: where, for how long, who may and how many at once
  "runs-on": z.string(),
  "timeout-minutes": z.number(),
  environment: z.string(),
  concurrency: concurrency.optional(),
  strategy: z.strictObject({
    "fail-fast": z.boolean(),
    "max-parallel": z.number().optional(),
    matrix: z.strictObject({ stack: z.string() }),
  }),
  env: texts,
  steps: z.array(step),
});
const events = z.strictObject({
  push: z.strictObject({ branches: z.array(z.string()), paths: z.array(z.string()) }).optional(),
  pull_request: z.null().optional(),
  schedule: z.array(z.strictObject({ cron: z.string() })).optional(),
  workflow_dispatch: z.null().optional(),
});
const workflow = z.strictObject({
  name: z.string(),
  on: z.union([z.string().transform((event) => events.parse({ [event]: null })), events]),
  permissions: texts,
  concurrency: concurrency.optional(),
  jobs: z.record(z.string(), job),
});
const action = z.strictObject({
  name: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), z.strictObject({ description: z.string(), required: z.boolean() })),
  runs: z.strictObject({ using: z.literal("composite"), steps: z.array(step) }),
});

export type Workflow = z.infer<typeof workflow>;
export type Job = z.infer<typeof job>;

export const parseWorkflow = (text: string): Workflow => workflow.parse(parse(text));

/** A step as a runner does it; its texts may have expressions. */
export interface Step {
  /** its command, or the action and its version */
  readonly name: string;
  /** undefined: the command is run */
  readonly standIn: StandIn | undefined;
  readonly shell: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** what the action that it is part of is given */
  readonly inputs: Readonly<Record<string, string>>;
  /** it is run although one before it has failed */
  readonly whenFailed: boolean;
}

/** As GitHub calls them. */
const shells = { none: ["bash", "-e"], sh: ["sh", "-e"] } as const;

const conditions = new Map([
  [undefined, false],
  ["${{ !cancelled() }}", true],
]);

/**
 * The steps of a job, those of the repository's own actions among them.
 *
 * @param read a file of the commit
 * @throws if one is neither a command nor an action that something stands in for
 */
export async function stepsOf(
  steps: readonly z.infer<typeof step>[],
  read: (file: string) => Promise<string>,
  inputs: Step["inputs"] = {},
): Promise<Step[]> {
  const all = await Promise.all(
    steps.map(async (it): Promise<Step[]> => {
      const name = it.run ?? it.uses ?? "";
      const whenFailed = conditions.get(it.if);
      if (whenFailed === undefined)
        throw new Error(`the condition "${it.if}" of "${name}" is not known to this runner`);
      if (it.uses?.startsWith("./")) {
        const own = action.parse(parse(await read(path.posix.join(it.uses, "action.yml"))));
        return stepsOf(own.runs.steps, read, it.with);
      }
      const standIn = standInFor(name);
      if (it.run === undefined && !standIn) throw new Error(`the action "${name}" is not known to this runner`);
      return [{ name, standIn, shell: shells[it.shell ?? "none"], env: it.env, inputs, whenFailed }];
    }),
  );
  return all.flat();
}

/** Whether a push to main starts a workflow. */
export const startsOnPush = ({ on }: Workflow, files: readonly string[]): boolean =>
  on.push?.branches.includes("main") === true &&
  files.some((file) => on.push?.paths.some((pattern) => path.matchesGlob(file, pattern)));
