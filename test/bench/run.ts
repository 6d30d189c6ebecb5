import { execaSync } from "execa";
import { mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { engineDescription } from "../lab/engine/environment.ts";
import { Display } from "../lab/runtime/display.ts";
import { up } from "../lab/runtime/step.ts";
import { repo } from "../lab/settings.ts";
import { peers, versions } from "./builds/builds.ts";
import { compete, type Plan } from "./compete.ts";
import { ansible } from "./contenders/ansible.ts";
import { bare } from "./contenders/bare.ts";
import { opentofu } from "./contenders/opentofu.ts";
import { ours } from "./contenders/ours.ts";
import { withoutMetalTime } from "./lab/latencies.ts";
import { whyNotReady } from "./lab/ready.ts";
import { started } from "./measure/measure.ts";
import { type Circumstances, circumstancesLine, document, picture } from "./report/document.ts";
import type { Result } from "./report/statistics.ts";
import { requestsTable, resultTable } from "./report/table.ts";

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

/** The files of docs/ are of the whole bench: a quick one would put other figures there. */
async function writeDocs(results: readonly Result[], facts: Circumstances): Promise<void> {
  const folder = path.join(repo, "docs");
  await mkdir(folder, { recursive: true });
  const text = await format(document(results, facts, opentofu.name), { parser: "markdown", printWidth: 120 });
  await writeFile(path.join(folder, "bench.md"), text);
  await writeFile(path.join(folder, "bench.svg"), picture(results, facts));
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
  const plan = values.quick ? { rounds: 1, count: 2 } : { rounds: 2, count: 10 };
  const reason = await whyNotReady(plan.count);
  if (reason !== undefined) throw new Error(reason);
  const display = new Display();
  await up(peers, display.status, display.timing);
  const interrupted = stopOnSignals();
  withoutMetalTime();
  const results = await compete(contenders, { ...plan, say: display.line, interrupted });
  const facts = await circumstances(plan);
  display.line(`\n${circumstancesLine(facts)}\n${facts.versions.join("\n")}\n`);
  display.line(await format(resultTable(results, opentofu.name), { parser: "markdown" }));
  display.line("requests: Keystone logins / Nova / Neutron / API server");
  display.line(await format(requestsTable(results), { parser: "markdown" }));
  if (!values.quick) await writeDocs(results, facts);
  return results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

// connections that are kept alive would keep the process
process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }),
);
