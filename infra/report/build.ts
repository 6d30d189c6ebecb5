import { workerOfPort } from "../../components/ports/names.ts";
import type { Result } from "../discovery/attempt.ts";
import type { PortStatus } from "../discovery/cloud/project.ts";
import type { PlainFacts } from "../discovery/facts.ts";
import type { StatusDocument } from "../status/document.ts";
import { capacitiesOf } from "./capacity.ts";
import { drainLogOf } from "./drain-log.ts";
import type { EventLog } from "./event-log.ts";
import { livesOf, recordedLives } from "./lives.ts";
import type { ReportModel, Topology } from "./model.ts";
import type { RecordedAttach } from "./recorded-attach.ts";

/** Everything that was read for a report. */
export interface ReportSources extends Pick<ReportModel, "stack" | "at" | "plan" | "checks" | "diagnostics"> {
  readonly discovered: string;
  readonly facts: Result<PlainFacts>;
  readonly status: Result<StatusDocument>;
  readonly ports: Result<readonly PortStatus[]>;
  readonly attached: Result<readonly RecordedAttach[]>;
  /** undefined: none was given */
  readonly log: EventLog | undefined;
}

function topologyOf({ discovered, facts, status, ports }: ReportSources): Topology {
  const byWorker = Map.groupBy(ports.value ?? [], ({ name }) => workerOfPort(name));
  const cloud = facts.value?.cloud;
  return {
    discovered: discovered === "" ? [] : discovered.split("\n"),
    network: cloud?.network?.name,
    subnets: (cloud?.subnets ?? []).map(({ name, cidr }) => `${name} (${cidr})`),
    workers: (status.value?.workers ?? []).map(({ name, pool, server, node }) => ({
      name,
      pool,
      server,
      node,
      ports: (byWorker.get(name) ?? []).map((port) => ({
        name: port.name,
        addresses: port.addresses.map(({ ip }) => ip),
      })),
    })),
  };
}

function unreadOf({ facts, status, ports, attached }: ReportSources): string[] {
  const parts = { "the stack": facts, workers: status, ports, "the outputs": attached };
  const failed = Object.entries(parts).flatMap(([name, { error }]) =>
    error === undefined ? [] : [`${name}: ${error}`],
  );
  return [...failed, ...(status.value?.unread ?? []).map(({ part, reason }) => `${part}: ${reason}`)];
}

/** The report by what was read. What could not be read is told in it. */
export function modelOf(sources: ReportSources): ReportModel {
  const { stack, at, plan, checks, diagnostics, attached, log, status } = sources;
  const known = [...plan.workers, ...(status.value?.workers ?? [])];
  const pools = new Map(known.map(({ name, pool }) => [name, pool ?? "not in the config"]));
  const poolOf = (worker: string): string => pools.get(worker) ?? "not in the config";
  return {
    stack,
    at,
    update: log && { from: log.from, to: log.to },
    lives: log ? livesOf(log) : recordedLives(attached.value ?? []),
    capacities: log ? capacitiesOf(log, poolOf) : [],
    drainLog: log ? drainLogOf(log) : [],
    plan,
    checks,
    diagnostics,
    topology: topologyOf(sources),
    unread: unreadOf(sources),
  };
}
