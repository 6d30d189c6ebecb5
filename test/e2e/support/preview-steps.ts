import { z } from "zod";
import type { Project } from "./project.ts";

/** A step of a preview: `pulumi preview --json`. */
const stepSchema = z.object({
  op: z.string(),
  urn: z.string(),
  newState: z.object({ type: z.string() }).optional(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});
export type Step = z.output<typeof stepSchema>;

const previewSchema = z.object({ steps: z.array(stepSchema) });

/** A step in a line: what becomes of what, and of which of its properties. */
export const describeStep = ({ op, urn, newState, detailedDiff }: Step): string =>
  `${op} ${newState?.type ?? urn}: ${Object.keys(detailedDiff ?? {}).join(", ")}`;

/** What a preview would do, without what stays as it is. */
export const stepsOf = async (project: Project): Promise<Step[]> => {
  const { output } = await project.preview("--json");
  return previewSchema.parse(JSON.parse(output.slice(output.indexOf("{")))).steps.filter(({ op }) => op !== "same");
};
