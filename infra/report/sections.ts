import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.ts";
import { type Html, html, table, time, type Value } from "./html.ts";
import type { ReportModel, Topology, TopologyWorker } from "./model.ts";

const subnetText = (subnets: readonly string[]): string =>
  subnets.length > 1 ? `subnets ${subnets.join(", ")}` : `subnet ${subnets[0] ?? "not read"}`;

/** Cluster, network, and what each worker is made of. */
export function topologySection({ discovered, network, subnets, workers }: Topology): Html {
  const pools = Map.groupBy(workers, ({ pool }) => pool ?? "without a pool");
  const facts = discovered.map((line) => html`<li>${line}</li>`);
  return html`<div class="box">
    <h3>Cluster</h3>
    ${
      facts.length === 0
        ? html`<p>not read</p>`
        : html`<ul>
            ${facts}
          </ul>`
    }
    <div class="box">
      <h4>Network ${network ?? "not read"}, ${subnetText(subnets)}</h4>
      ${[...pools].map(([pool, own]) => poolBox(pool, own))}
    </div>
  </div>`;
}

const poolBox = (pool: string, workers: readonly TopologyWorker[]): Html =>
  html`<div class="box">
    <h5>Pool ${pool}</h5>
    <div class="cards">${workers.map(workerCard)}</div>
  </div>`;

function workerCard({ name, ports, server, node }: TopologyWorker): Html {
  const nodeText = node && `${node.name}, ${node.ready === "True" ? "Ready" : "not Ready"}, ${node.kubelet}`;
  const cordon = node?.cordoned && `, cordoned by ${node.cordoned === "stack" ? "this stack" : "somebody else"}`;
  const serverText = server && `${server.id}, ${server.status}, power ${server.power}`;
  const host = server?.host && `, host ${server.host}`;
  const portTexts = ports.map((port) => html`<li>${port.name}: ${port.addresses.join(", ")}</li>`);
  return html`<div class="card">
    <h6>${name}</h6>
    <dl>
      <dt>Node</dt>
      <dd>${nodeText ?? "none"}${cordon ?? ""}</dd>
      <dt>Server</dt>
      <dd>${serverText ?? "none"}${host ?? ""}</dd>
      <dt>Ports</dt>
      <dd>
        ${
          portTexts.length === 0
            ? "none"
            : html`<ul>
                ${portTexts}
              </ul>`
        }
      </dd>
    </dl>
  </div>`;
}

export function drainSection({ drainLog, update }: Pick<ReportModel, "drainLog" | "update">): Html {
  if (!update) return html`<p>It takes an event log to show what the drains have said.</p>`;
  if (drainLog.length === 0) return html`<p>No worker was drained.</p>`;
  const rows = drainLog.map(({ at, worker, text, severity }) => [
    time(at),
    worker,
    severity === "info" ? text : html`<strong>${severity}</strong>: ${text}`,
  ]);
  return table("What the drains have said", ["Time", "Worker", "Message"], rows);
}

const severityOf = ({ warning }: Diagnostic): string => (warning ? "warning" : "error");

/** The planned changes, the checks, and what they have found. */
export function preflightSection({
  plan,
  checks,
  diagnostics,
}: Pick<ReportModel, "plan" | "checks" | "diagnostics">): Html {
  const changes = plan.workers.map(({ name, action, reason }): Value[] => [name, action, reason ?? ""]);
  const found = inOrder(diagnostics).map((each): Value[] => [
    each.path,
    severityOf(each),
    each.problem,
    each.expected,
    each.remedy,
  ]);
  const impact = plan.impact.map((line) => html`<li>${line}</li>`);
  return html`${table("Planned changes", ["Worker", "Action", "Reason"], changes)}${
    impact.length === 0
      ? undefined
      : html`<ul aria-label="What the workers that leave take with them">
          ${impact}
        </ul>`
  }${table(
    "Checks",
    ["Check", "Verdict", "What it checks"],
    checks.map(({ check, verdict, what }) => [check, verdict, what]),
  )}${found.length === 0 ? html`<p>No errors or warnings.</p>` : table("Errors and warnings", ["Config key", "Severity", "Problem", "Expected", "Remedy"], found)}`;
}
