import { listed } from "../../../components/lib/listed.ts";
import type { LeavingLoad } from "../../discovery/facts.ts";
import type { DrainImpact, EvictedPod } from "./drain-impact.ts";

/** Names in a line: there may be a line for each of hundreds of workers. */
const mostNames = 3;

const few = (names: readonly string[]): string => listed(names, mostNames);

/** `Deployment 9`: the pods of each kind of owner, most first. */
function kindsOf(pods: readonly EvictedPod[]): string[] {
  const kinds = Map.groupBy(pods, ({ owner, finished }) =>
    finished ? "finished" : owner === undefined ? "without controller" : owner.kind,
  );
  return [...kinds]
    .toSorted(([one, some], [other, others]) => others.length - some.length || one.localeCompare(other, "en"))
    .map(([kind, { length }]) => `${kind} ${length}`);
}

function evictions(evicted: readonly EvictedPod[]): string[] {
  if (evicted.length === 0) return ["evicts no pod"];
  const serving = evicted.filter(({ finished }) => !finished);
  const bare = serving.filter(({ owner }) => !owner).map(({ name }) => name);
  const emptyDir = serving.filter((pod) => pod.emptyDir).map(({ name }) => name);
  return [
    `evicts ${evicted.length === 1 ? "1 pod" : `${evicted.length} pods`} (${kindsOf(evicted).join(", ")})`,
    ...(bare.length === 0 ? [] : [`nobody recreates ${few(bare)}`]),
    ...(emptyDir.length === 0 ? [] : [`emptyDir data ends of ${few(emptyDir)}`]),
  ];
}

function budgets({ exhaustedBudgets = [], severalBudgets = [] }: DrainImpact): string[] {
  return [
    ...(exhaustedBudgets.length === 0
      ? []
      : [`PodDisruptionBudget without a disruption left: ${few(exhaustedBudgets)}`]),
    ...(severalBudgets.length === 0 ? [] : [`several PodDisruptionBudgets forbid to evict ${few(severalBudgets)}`]),
  ];
}

function refusals({ blocked }: DrainImpact): string[] {
  const byKey = Map.groupBy(blocked, ({ key }) => key);
  return [...byKey].map(([key, pods]) => `the drain refuses ${few(pods.map(({ pod }) => pod))} (${key})`);
}

function lineOf(impact: DrainImpact): string {
  const { worker, evicted, localVolumes = [], attached = [] } = impact;
  const parts = [
    ...(evicted ? evictions(evicted) : []),
    ...budgets(impact),
    ...refusals(impact),
    ...(localVolumes.length === 0 ? [] : [`data on its disks ends of claim ${few(localVolumes)}`]),
    ...(attached.length === 0 ? [] : [`volumes to detach: ${few(attached)}`]),
  ];
  return `${worker}: ${parts.length === 0 ? "nothing is known" : parts.join("; ")}`;
}

/** What could not be read, a line each. */
function unread({ pods, budgets: all, attachments }: LeavingLoad): string[] {
  const sources = [
    ["the pods", pods.error],
    ["the PodDisruptionBudgets", all.error],
    ["the VolumeAttachments", attachments.error],
  ] as const;
  return sources.flatMap(([name, error]) =>
    error === undefined ? [] : [`${name} of the workers that leave cannot be read: ${error}`],
  );
}

/** What the drains take with them as the cluster is now, a line for each worker that leaves. */
export const drainLines = (impacts: readonly DrainImpact[], load: LeavingLoad): string[] => [
  ...impacts.map(lineOf),
  ...unread(load),
];
