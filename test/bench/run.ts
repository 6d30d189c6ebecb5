import { execaSync } from "execa";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { engineDescription } from "../lab/engine/environment.ts";
import { Display } from "../lab/runtime/display.ts";
import { up } from "../lab/runtime/step.ts";
import { repo } from "../lab/settings.ts";
import { peers, s3, tofuPeers, versions } from "./builds/builds.ts";
import { compete, type Plan } from "./compete.ts";
import { ansible } from "./contenders/ansible.ts";
import { bare } from "./contenders/bare.ts";
import { opentofu } from "./contenders/opentofu.ts";
import { ours } from "./contenders/ours.ts";
import { noMetalTime, setMetalTime } from "./lab/latencies.ts";
import { whyNotReady } from "./lab/ready.ts";
import { started } from "./measure/measure.ts";
import { measureMetal, metalTime } from "./metal/metal.ts";
import { tofuPlan } from "./previews/contenders.ts";
import { comparePreviews } from "./previews/previews.ts";
import { type Circumstances, circumstancesLine, document, picture, previewCircumstances } from "./report/document.ts";
import { metalChapter, metalTable, withMetalChapter } from "./report/metal.ts";
import { previewChapter, previewTable, withPreviewChapter } from "./report/previews.ts";
import { statesChapter, statesTable, withStatesChapter } from "./report/states.ts";
import type { Result } from "./report/statistics.ts";
import { requestsTable, resultTable } from "./report/table.ts";
import { measureStates } from "./states/states.ts";

const contenders = [
  ours("this program"),
  ours("this program, --parallel 4N", (count) => 4 * count),
  opentofu,
  ansible,
  bare,
];

async function circumstances({ count, rounds }: Plan): Promise<Circumstances> {
  const { tofu, provider, ansible, openstacksdk } = await versions();
  const commit = execaSync("git", ["describe", "--always", "--dirty"], { cwd: repo, reject: false }).stdout;
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: os.cpus()[0]?.model.trim() ?? "an unknown model",
    cores: os.availableParallelism(),
    count,
    rounds,
    versions: [
      `this program ${commit}, ${await engineDescription()}, Node ${process.versions.node}`,
      `OpenTofu ${tofu} with terraform-provider-openstack ${provider}`,
      `Ansible ${ansible} with openstacksdk ${openstacksdk}`,
    ],
  };
}

/** Ends what a contender has started, and lets the bench come to its end, which removes what is left in the cloud. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort(new Error("interrupted"));
    for (const pid of started()) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // it has ended meanwhile
      }
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  return controller.signal;
}

const docs = path.join(repo, "docs");
const documentFile = path.join(docs, "bench.md");

const formatted = (markdown: string): Promise<string> => format(markdown, { parser: "markdown", printWidth: 120 });

/** The files of docs/ are of the whole bench: a quick one would put other figures there. */
async function writeDocs(results: readonly Result[], facts: Circumstances): Promise<void> {
  await mkdir(docs, { recursive: true });
  await writeFile(documentFile, await formatted(document(results, facts, opentofu.name)));
  await writeFile(path.join(docs, "bench.svg"), picture(results, facts));
}

/** Puts a chapter into the document in the place of the one that it has. */
async function writeChapter(into: (document: string) => string): Promise<void> {
  await mkdir(docs, { recursive: true });
  const before = existsSync(documentFile) ? await readFile(documentFile, "utf8") : "";
  await writeFile(documentFile, await formatted(into(before)));
}

interface Bench {
  readonly quick: boolean;
  /** workers that `--metal` creates at once; undefined: as many as the chapter is about */
  readonly workers: number | undefined;
  readonly display: Display;
  readonly interrupted: AbortSignal;
}

async function mustBeReady(count: number): Promise<void> {
  const reason = await whyNotReady(count);
  if (reason !== undefined) throw new Error(reason);
}

/** Creates, looks and deletes on the lab, by each contender. Fails if one of them has. */
async function benchOnLab({ quick, display, interrupted }: Bench): Promise<boolean> {
  const plan = quick ? { rounds: 1, count: 2 } : { rounds: 2, count: 10 };
  await mustBeReady(plan.count);
  await up(peers, display.status, display.timing);
  setMetalTime(noMetalTime);
  const results = await compete(contenders, { ...plan, say: display.line, interrupted });
  const facts = await circumstances(plan);
  display.line(`\n${circumstancesLine(facts)}\n${facts.versions.join("\n")}\n`);
  display.line(await format(resultTable(results, opentofu.name), { parser: "markdown" }));
  display.line("requests: Keystone logins / Nova / Neutron / API server");
  display.line(await format(requestsTable(results), { parser: "markdown" }));
  if (!quick) await writeDocs(results, facts);
  return results.every(({ failures }) => failures.length === 0);
}

/**
 * Looks at recorded clouds and clusters of many workers, up to as many as a pool may have. Needs the engine that a lab has
 * set up, and no lab that is up.
 */
async function benchPreviews({ quick, display, interrupted }: Bench): Promise<void> {
  const [rounds, counts] = quick ? [1, [2, 10]] : [2, [10, 100, 500, 1000]];
  await up(tofuPeers, display.status, display.timing);
  const results = await comparePreviews({ counts, rounds, say: display.line, interrupted });
  const line = previewCircumstances(await circumstances({ count: 0, rounds }));
  display.line(`\n${line}\n`);
  display.line(await format(previewTable(results, tofuPlan.name), { parser: "markdown" }));
  if (!quick) await writeChapter((text) => withPreviewChapter(text, previewChapter(results, line, tofuPlan.name)));
}

/** Writes states of many workers. Needs the engine that a lab has set up, and no lab that is up. */
async function benchStates({ quick, display, interrupted }: Bench): Promise<void> {
  await up([s3.step], display.status, display.timing);
  const counts = quick ? [2, 10] : [10, 50, 100];
  const results = await measureStates({ counts, say: display.line, interrupted });
  const line = previewCircumstances(await circumstances({ count: 0, rounds: 1 }));
  display.line(`\n${line}\n`);
  display.line(await format(statesTable(results), { parser: "markdown" }));
  if (!quick) await writeChapter((text) => withStatesChapter(text, statesChapter(results, line)));
}

/** Creates and rolls on metal that takes its time, against the bare requests. Needs a lab of many machines. */
async function benchMetal({ quick, workers = quick ? 10 : 50, display, interrupted }: Bench): Promise<void> {
  const plan = { count: workers, rounds: 1 };
  await mustBeReady(plan.count);
  setMetalTime(metalTime);
  const result = await measureMetal({ ...plan, say: display.line, interrupted });
  const line = previewCircumstances(await circumstances(plan));
  display.line(`\n${line}\n`);
  display.line(await format(metalTable(result), { parser: "markdown" }));
  if (!quick) await writeChapter((text) => withMetalChapter(text, metalChapter(result, line)));
}

/** Chapters of the document by the option that runs them alone. */
const chapters = { previews: benchPreviews, states: benchStates, metal: benchMetal } as const;

/** The roll of `--metal` has ten workers. */
const fewestWorkers = 10;

function workersAsked(text: string | undefined, metal: boolean): number | undefined {
  if (text === undefined) return undefined;
  const workers = Number(text);
  if (metal && Number.isInteger(workers) && workers >= fewestWorkers) return workers;
  throw new Error(`--workers ${text}: expected a whole number from ${fewestWorkers}, together with --metal`);
}

async function main(): Promise<number> {
  const no = { type: "boolean", default: false } as const;
  const { values } = parseArgs({
    options: { quick: no, previews: no, states: no, metal: no, workers: { type: "string" } },
  });
  const bench = {
    quick: values.quick,
    workers: workersAsked(values.workers, values.metal),
    display: new Display(),
    interrupted: stopOnSignals(),
  };
  const asked = Object.entries(chapters).filter(([name]) => values[name as keyof typeof chapters]);
  if (asked.length > 0) {
    for (const [, chapter] of asked) await chapter(bench);
    return 0;
  }
  const ok = await benchOnLab(bench);
  await benchPreviews(bench);
  await benchStates(bench);
  return ok ? 0 : 1;
}

// connections that are kept alive would keep the process
process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }),
);
