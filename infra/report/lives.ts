import { portType, portTypes, workerOfPort } from "../../components/ports/names.ts";
import type { EventLog, Message, Step } from "./event-log.ts";
import type { RecordedAttach } from "./recorded-attach.ts";

/** The phases of a worker's life, in their order: the attach, then the detach. */
export const phases = [
  "claim",
  "ports",
  "host wait",
  "provision",
  "boot",
  "registration",
  "serving CSR",
  "ready",
  "cordon",
  "drain",
  "volumes",
  "forced drain",
  "server removal",
  "port removal",
  "node removal",
] as const;

export type PhaseName = (typeof phases)[number];

export interface Phase {
  readonly phase: PhaseName;
  /** ms: since the epoch, or since the begin of the attach */
  readonly from: number;
  readonly to: number;
  readonly outcome: Step["outcome"];
}

/** What an update has done with a worker. */
export interface Life {
  readonly worker: string;
  readonly phases: readonly Phase[];
}

const plugin = "openshift-node:index";
export const nodeType = `${plugin}:OpenShiftNode`;
export const drainType = `${plugin}:NodeDrain`;
const claimType = `${plugin}:NodeClaim`;
const serverType = "openstack:compute/instance:Instance";

const creations = ["create", "create-replacement"];
const deletions = ["delete", "delete-replaced"];

export const creates = ({ op }: Step): boolean => creations.includes(op);
export const deletes = ({ op }: Step): boolean => deletions.includes(op);

/** The worker that a resource is of, by its name. */
export const workerOf = ({ name, type }: Pick<Step, "name" | "type">): string =>
  portTypes.includes(type) ? workerOfPort(name) : name;

/** The line of components/node/operation/phases.ts. */
const status = /^([a-zA-Z ]+): \S+ of \S+, waiting for /;

const isPhase = (name: string): name is PhaseName => (phases as readonly string[]).includes(name);

/** The phases of a long step, by what it has said meanwhile; the first is there even if it has said nothing. */
function phasesOf({ from, to, outcome, urn }: Step, said: ReadonlyMap<string, Message[]>, first: PhaseName): Phase[] {
  const begun: { phase: PhaseName; from: number }[] = [{ phase: first, from }];
  for (const { at, text } of said.get(urn) ?? []) {
    const name = at < from || at > to ? undefined : status.exec(text)?.[1];
    if (name === undefined || !isPhase(name) || begun.at(-1)?.phase === name) continue;
    begun.push({ phase: name, from: at });
  }
  return begun.map((phase, i) => {
    const next = begun[i + 1];
    return { ...phase, to: next?.from ?? to, outcome: next ? "done" : outcome };
  });
}

/** A hook waits for a free host before the server is created, and tells it on the line of the component around the server. */
function provisionOf(server: Step, messages: readonly Message[]): Phase[] {
  const { from, to, outcome, name } = server;
  const waits = messages.filter(
    (each) => each.name === name && each.at >= from && each.at <= to && each.text.startsWith("waiting for a free host"),
  );
  const until = waits.at(-1)?.at;
  if (until === undefined) return [{ phase: "provision", from, to, outcome }];
  return [
    { phase: "host wait", from, to: until, outcome: "done" },
    { phase: "provision", from: until, to, outcome },
  ];
}

/** Several ports are one phase. */
function merged(found: readonly Phase[]): Phase[] {
  const result: Phase[] = [];
  for (const each of found) {
    const before = result.at(-1);
    const isSame = before?.phase === each.phase && each.from <= before.to && each.phase.startsWith("port");
    if (!isSame) result.push(each);
    else
      result[result.length - 1] = {
        ...before,
        to: Math.max(before.to, each.to),
        outcome: before.outcome === "done" ? each.outcome : before.outcome,
      };
  }
  return result;
}

function stepPhases(step: Step, said: ReadonlyMap<string, Message[]>, messages: readonly Message[]): Phase[] {
  const { type, from, to, outcome } = step;
  const as = (phase: PhaseName): Phase[] => [{ phase, from, to, outcome }];
  if (creates(step)) {
    if (type === claimType) return as("claim");
    if (type === portType) return as("ports");
    if (type === serverType) return provisionOf(step, messages);
    return type === nodeType ? phasesOf(step, said, "boot") : [];
  }
  if (!deletes(step)) return [];
  if (type === nodeType) return phasesOf(step, said, "cordon");
  // it drains only what the Node's deletion has not
  if (type === drainType) return to > from ? phasesOf(step, said, "cordon") : [];
  if (type === serverType) return as("server removal");
  if (type === portType) return as("port removal");
  return type === claimType ? as("node removal") : [];
}

/** The lives of the workers that an update has attached, detached or replaced. */
export function livesOf({ steps, messages }: EventLog): Life[] {
  const said = Map.groupBy(messages, ({ urn }) => urn);
  const byName = Map.groupBy(messages, ({ name }) => name);
  const found = steps.map((step) => ({
    worker: workerOf(step),
    phases: stepPhases(step, said, byName.get(step.name) ?? []),
  }));
  return [...Map.groupBy(found, ({ worker }) => worker)]
    .map(([worker, each]) => ({
      worker,
      phases: merged(each.flatMap((it) => it.phases).toSorted((a, b) => a.from - b.from)),
    }))
    .filter((life) => life.phases.length > 0)
    .toSorted((a, b) => a.worker.localeCompare(b.worker, "en", { numeric: true }));
}

/** The same lives by what the outputs have: the join alone, counted from its begin. */
export function recordedLives(attached: readonly RecordedAttach[]): Life[] {
  return attached.flatMap(({ name, phases: recorded }) => {
    let from = 0;
    const found = recorded.flatMap(({ phase, seconds }): Phase[] => {
      const to = from + seconds * 1000;
      const each = { from, to, outcome: "done" as const };
      from = to;
      return isPhase(phase) ? [{ phase, ...each }] : [];
    });
    return found.length === 0 ? [] : [{ worker: name, phases: found }];
  });
}
