import { humanDuration } from "../../components/lib/duration.ts";
import type { StatusDocument, WorkerStatus } from "./document.ts";
import type { Finding } from "./finding.ts";
import { hostStateLines } from "./hosts.ts";
import { type FullObservation, unreadOf } from "./observation.ts";
import { type Cell, type Paint, renderTable } from "./table.ts";

/** Where it is shown. */
export interface Screen {
  readonly paint: Paint;
  /** columns of the terminal; undefined: it is none */
  readonly width: number | undefined;
}

/** What is not there, and what could not be read. */
const none = "-";
const unknown = "?";

const isUnread = ({ unread }: StatusDocument, part: StatusDocument["unread"][number]["part"]): boolean =>
  unread.some((each) => each.part === part);

function nodeCell({ node }: WorkerStatus, document: StatusDocument): Cell {
  if (!node) return isUnread(document, "cluster") ? { text: unknown } : { text: none };
  if (node.ready === null) return { text: "registered", style: "yellow" };
  const elapsed = node.since === null ? "" : humanDuration((Date.parse(document.at) - Date.parse(node.since)) / 1000);
  const since = elapsed === "" ? "" : ` ${elapsed}`;
  return node.ready === "True" ? { text: `Ready${since}`, style: "green" } : { text: `NotReady${since}`, style: "red" };
}

function serverCells({ server }: WorkerStatus, document: StatusDocument): Cell[] {
  const missing = { text: isUnread(document, "cloud") ? unknown : none };
  if (!server) return [missing, missing, missing];
  const style = server.status === "ERROR" ? ("red" as const) : undefined;
  return [
    { text: server.id },
    { text: server.taskState === null ? server.status : `${server.status} (${server.taskState})`, style },
    { text: server.power },
  ];
}

const specStyles = { current: undefined, outdated: "yellow", unknown: undefined } as const;

/** Nova's zone of hosts that are in none, by its default (nova/conf/availability_zone.py, default_availability_zone). */
const defaultZone = "nova";

/** Columns that are shown only where they tell something. */
interface Columns {
  readonly host: boolean;
  readonly zone: boolean;
}

const columnsOf = (workers: readonly WorkerStatus[]): Columns => ({
  host: workers.some(({ server }) => server !== null && server.host !== null),
  zone: workers.some(({ server }) => server !== null && server.zone !== null && server.zone !== defaultZone),
});

function cellsOf(worker: WorkerStatus, document: StatusDocument, columns: Columns): Cell[] {
  const { name, pool, node, server, addresses, spec, underWay } = worker;
  return [
    { text: name },
    { text: pool ?? none },
    nodeCell(worker, document),
    { text: node?.kubelet ?? (isUnread(document, "cluster") ? unknown : none) },
    ...serverCells(worker, document),
    ...(columns.host ? [{ text: server?.host ?? none }] : []),
    ...(columns.zone ? [{ text: server?.zone ?? none }] : []),
    { text: addresses.join(",") || none },
    { text: spec, style: specStyles[spec] },
    { text: underWay.join("; ") || none, style: underWay.length > 0 ? "yellow" : undefined },
  ];
}

function hostLines(document: StatusDocument): string[] {
  const { hosts } = document;
  const summary = hostStateLines(document);
  if (!hosts || hosts.length === 0) return summary.length === 0 ? [] : ["", ...summary];
  const states = Map.groupBy(hosts, ({ state, maintenance }) => (maintenance ? `${state}, in maintenance` : state));
  const counts = [...states].map(([state, all]) => `${state}: ${all.map(({ name }) => name).join(", ")}`);
  return ["", ...summary, "hosts without a server", ...counts.toSorted().map((line) => `  ${line}`)];
}

const unreadTexts = {
  state: "the state could not be read",
  cluster: "the cluster could not be read",
  cloud: "the cloud could not be read",
  spec: "whether the workers are as the config has them is not known",
  hosts: "the hosts could not be read by the config's inventory",
};

interface Unread {
  readonly part: keyof typeof unreadTexts;
  readonly reason: string;
}

const unreadLines = (unread: readonly Unread[], paint: Paint): string[] =>
  unread.map(({ part, reason }) => `${paint("red", unreadTexts[part])}: ${reason}`);

const remarkLines = ({ workers }: StatusDocument, paint: Paint): string[] =>
  workers.flatMap(({ name, remarks }) =>
    remarks.flatMap(({ problem, command }) => [`${paint("red", name)}: ${problem}`, `    ${command}`]),
  );

/** The table of workers, then what could not be read, then the remarks, each with its command. */
export function renderStatus(document: StatusDocument, { paint, width }: Screen): string {
  const { workers, unread, exitCode } = document;
  const columns = columnsOf(workers);
  const titles = ["WORKER", "POOL", "NODE", "VERSION", "SERVER", "STATUS", "POWER"];
  const extra = [...(columns.host ? ["HOST"] : []), ...(columns.zone ? ["ZONE"] : [])];
  const all = [...titles, ...extra, "ADDRESSES", "SPEC", "UNDER WAY"];
  const rows = workers.map((worker) => cellsOf(worker, document, columns));
  const nobody = unread.length === 0 ? "no workers" : "the workers are not known";
  const table = workers.length === 0 ? [nobody] : renderTable(all, rows, paint, width);
  const notes = [...unreadLines(unread, paint), ...remarkLines(document, paint)];
  const end = exitCode === 0 && workers.length > 0 ? ["", paint("green", "all workers are healthy")] : [];
  return [...table, ...hostLines(document), ...(notes.length > 0 ? ["", ...notes] : []), ...end].join("\n");
}

/** What of an observation could not be read. */
export const unreadParts = (observation: FullObservation): Unread[] =>
  unreadOf(observation, ["state", "cloud", "cluster"]);

/** What the doctor has found, each with its command. */
export function renderFindings(observation: FullObservation, findings: readonly Finding[], paint: Paint): string {
  const unread = unreadLines(unreadParts(observation), paint);
  const found = findings.flatMap(({ problem, command }) => [problem, `    ${paint("bold", command)}`]);
  if (unread.length + found.length > 0) return [...unread, ...found].join("\n");
  return paint("green", "state, cloud and cluster agree: nothing found");
}
