import { rm } from "node:fs/promises";
import path from "node:path";
import { lastLines } from "../../lab/runtime/last-lines.ts";
import { measured } from "../measure/measure.ts";
import type { PreviewResult } from "../report/previews.ts";
import type { Figures } from "../report/statistics.ts";
import { figuresLine } from "../report/table.ts";
import { folderOf } from "../work.ts";
import { writeClientFiles } from "./client-files.ts";
import { ourPreview, type Previewer, tofuPlan } from "./contenders.ts";
import { loadRecording } from "./recording.ts";
import { Replay } from "./replay-process.ts";

/** Lines of a failed command that are shown. */
const shownLines = 25;

export interface PreviewSettings {
  /** numbers of workers, the smallest first */
  readonly counts: readonly number[];
  readonly rounds: number;
  /** Shows what goes on. */
  readonly say: (text: string) => void;
  /** aborted: nothing else begins */
  readonly interrupted: AbortSignal;
}

/** A recording takes any. */
const credentials = { password: "recorded", token: "recorded" };

const previewers = [ourPreview, tofuPlan];

/** Looks `rounds` times at a world of so many workers. */
async function lookAt(
  previewer: Previewer,
  count: number,
  replay: Replay,
  { rounds, say, interrupted }: PreviewSettings,
): Promise<Figures[]> {
  const folder = await folderOf("previews", {});
  const world = previewer.world(await loadRecording(previewer.recording), count, replay.site);
  await replay.serve(world.exchanges, path.join(folder, "exchanges.json"));
  const look = await previewer.begin(world, await writeClientFiles(folder, replay.site, credentials));
  try {
    const found: Figures[] = [];
    for (let round = 0; round < rounds; round++) {
      interrupted.throwIfAborted();
      const { value, figures } = await measured(() => look.look(), [replay.pid]);
      await replay.mustKnowAll();
      if (!value.ok) {
        throw new Error(
          `${previewer.name} finds a change at ${count} workers:\n${lastLines(value.output, shownLines)}`,
        );
      }
      say(`${count} workers, ${previewer.name}: ${figuresLine(figures)}`);
      found.push(figures);
    }
    return found;
  } finally {
    await look.end();
    await rm(folder, { recursive: true });
  }
}

/** Measures a look without changes of each client, at each number of workers. Fails when a client finds a change. */
export async function comparePreviews(settings: PreviewSettings): Promise<PreviewResult[]> {
  const replay = await Replay.start();
  try {
    const results = previewers.map(({ name }) => ({ name, rounds: new Map<number, readonly Figures[]>() }));
    for (const count of settings.counts) {
      for (const [i, previewer] of previewers.entries()) {
        results[i]?.rounds.set(count, await lookAt(previewer, count, replay, settings));
      }
    }
    return results;
  } finally {
    replay.stop();
  }
}
