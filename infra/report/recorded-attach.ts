import { z } from "zod";

const attaches = z.array(
  z.object({
    name: z.string(),
    // of a worker whose join has not ended
    phases: z.array(z.object({ phase: z.string(), seconds: z.number() })).catch([]),
  }),
);

/** What the stack's outputs keep of a worker's last attach (infra/outputs.ts). */
export type RecordedAttach = z.output<typeof attaches>[number];

/** Those of an update of a release up to 0.1.0 are in `attach`. */
const outputs = z.object({ __workers: attaches.optional(), attach: attaches.default([]) });

/** @param given what `pulumi stack output --json` prints */
export function recordedAttachesOf(given: unknown): RecordedAttach[] {
  const { __workers: workers, attach } = outputs.parse(given);
  return workers ?? attach;
}
