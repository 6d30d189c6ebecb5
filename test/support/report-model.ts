import { noPlan } from "../../infra/preflight/plan.ts";
import { modelOf, type ReportSources } from "../../infra/report/build.ts";
import { parseEventLog } from "../../infra/report/event-log.ts";
import type { ReportModel } from "../../infra/report/model.ts";
import type { StatusDocument, WorkerStatus } from "../../infra/status/document.ts";
import { EventLogWriter, start, writeAttach, writeDetach } from "./event-log.ts";
import { existingPort, factsOf } from "./preflight-facts.ts";

export const workers = [0, 1, 2, 3].map((i) => `lab-7x2kq-metal-${i}`);
const [replaced = "", attached = "", detached = "", failed = ""] = workers;

/** One worker of each kind: replaced, attached, detached, and one whose join has failed. */
function update(): EventLogWriter {
  const log = new EventLogWriter();
  writeAttach(log, attached, 0);
  const gone = writeDetach(log, detached, 5);
  log.step(gone, gone + 3, "delete", "claim", detached);
  writeAttach(log, replaced, writeDetach(log, replaced, 230, "delete-replaced"), "create-replacement");
  log.begin(240, "create", "node", failed).say(250, "node", failed, "registration: 0s of 10m, waiting for the Node");
  log.say(260, "node", failed, "the Node did not register", { severity: "error" });
  return log.end(260, "create", "node", failed, "resOpFailedEvent");
}

const workerStatus = (name: string, i: number): WorkerStatus => ({
  name,
  pool: "metal",
  wanted: true,
  surge: false,
  node: { name, ready: "True", since: null, kubelet: "v1.34.1", cordoned: i === 0 ? "other" : null },
  server: { id: `server-${i}`, status: "ACTIVE", taskState: null, power: "on", host: `host-${i}`, zone: null },
  addresses: [`10.0.0.2${i}`],
  spec: "current",
  underWay: [],
  remarks: [],
  healthy: true,
});

const status: StatusDocument = {
  version: 1,
  stack: "lab",
  at: "2026-01-01T12:30:00Z",
  exitCode: 0,
  workers: workers.map(workerStatus),
  hosts: null,
  hostStates: null,
  unread: [],
};

/** What a report is made of, with some of it changed. */
export const sourcesOf = (change: Partial<ReportSources> = {}): ReportSources => ({
  stack: "lab",
  at: (start + 1800) * 1000,
  discovered: "cluster lab-7x2kq, uid 0, Kubernetes v1.34.1\nAPI https://api-int.lab.example:6443, VIPs 10.0.0.5",
  facts: { value: factsOf({}) },
  status: { value: status },
  ports: {
    value: workers.map((name) => ({ ...existingPort(`${name}-port-0`), owner: undefined, deviceId: "" })),
  },
  attached: { value: [] },
  plan: {
    ...noPlan,
    workers: [{ name: replaced, pool: "metal", action: "replace", reason: "image a -> b", drain: null }],
    rollouts: [{ pool: "metal", surge: [], maxUnavailable: 1, waves: [[replaced]] }],
    impact: [`${replaced}: evicts 2 pods (Deployment 2)`],
  },
  checks: [{ check: "quota", verdict: "ERROR", what: "the project's quotas suffice" }],
  diagnostics: [{ check: "quota", path: "pools", problem: "too few", expected: "more", remedy: "ask for more" }],
  log: parseEventLog(update().toString()),
  ...change,
});

export const reportModel = (change: Partial<ReportSources> = {}): ReportModel => modelOf(sourcesOf(change));
