import { describe, expect, test } from "@jest/globals";
import { type Plain, type Properties, unknown } from "../../../../../components/node/operation/property-values.ts";
import { type InPlace, inPlaceLine } from "../../../../../components/node/resources/describe-update.ts";
import { nodeInputs } from "../../../../support/node-fixtures.ts";

const gpu = { key: "gpu", value: "a", effect: "NoSchedule" };
const before: Properties = { ...nodeInputs, labels: { rack: "r1" }, taints: [gpu] };
const lead = { path: "labels.tier", what: 'the label tier, which is "lead"' };
const cordon = { path: "state", what: "the cordon of an abandoned detach" };

function lineOf(after: Properties, change: Partial<InPlace> = {}): string | undefined {
  return inPlaceLine({ before, after: { ...before, ...after }, repairs: [], secret: new Set(), ...change });
}
const within = (key: "drain" | "timeouts", change: Record<string, Plain>): Properties => ({
  [key]: { ...nodeInputs[key], ...change },
});

describe("GIVEN the inputs of a worker and what they were, WHEN nothing needs another one", () => {
  test.each<[string, string | undefined, string | undefined]>([
    ["nothing", lineOf({}), undefined],
    ["the engine's own keys", lineOf({ __defaults: [] }), undefined],
    ["a label added", lineOf({ labels: { rack: "r1", "a.b/c": "" } }), 'label a.b/c none -> ""'],
    [
      "a label that every object has a member of",
      lineOf({ labels: { rack: "r1", constructor: "x" } }),
      "label constructor none -> x",
    ],
    ["a label changed", lineOf({ labels: { rack: "r2" } }), "label rack r1 -> r2"],
    ["a label removed", lineOf({ labels: {} }), "label rack r1 -> none"],
    ["a label that is not known yet", lineOf({ labels: { rack: unknown } }), "label rack r1 -> not known yet"],
    ["a taint added", lineOf({ taints: [gpu, { key: "x", effect: "NoExecute" }] }), "taint x:NoExecute added"],
    ["a taint changed", lineOf({ taints: [{ ...gpu, value: "b" }] }), "taint gpu=a:NoSchedule -> gpu=b:NoSchedule"],
    [
      "a taint of another effect",
      lineOf({ taints: [{ ...gpu, effect: "NoExecute" }] }),
      "taint gpu=a:NoExecute added, taint gpu=a:NoSchedule removed",
    ],
    ["a taint removed", lineOf({ taints: [] }), "taint gpu=a:NoSchedule removed"],
    ["taints that are not known yet", lineOf({ taints: [unknown] }), "taints not known yet"],
    [
      "order of the taints",
      lineOf(
        { taints: [gpu, { key: "x", effect: "NoExecute" }] },
        { before: { ...before, taints: [{ key: "x", effect: "NoExecute" }, gpu] } },
      ),
      "order of the taints",
    ],
    ["the drain's time", lineOf(within("drain", { timeout: 2700 })), "drain.timeout 1m -> 45m"],
    ["the grace period", lineOf(within("drain", { gracePeriod: 90 })), "drain.gracePeriod the pod's own -> 1m30s"],
    ["the drain's end", lineOf(within("drain", { onTimeout: "force" })), "drain.onTimeout fail -> force"],
    ["a switch", lineOf(within("drain", { force: true })), "drain.force false -> true"],
    ["a bound, to the second", lineOf(within("timeouts", { boot: 3601 })), "timeouts.boot 1m -> 1h1s"],
    ["a bound that only the engine holds", lineOf(within("timeouts", { delete: 120 })), "timeouts.delete 1m -> 2m"],
    ["an address", lineOf({ fixedIps: ["10.0.0.11"] }), "fixedIps 10.0.0.10, fd00::10 -> 10.0.0.11"],
    [
      "addresses that are not known yet",
      lineOf({ fixedIps: unknown }),
      "fixedIps 10.0.0.10, fd00::10 -> not known yet",
    ],
    ["what was not there", lineOf({ specHash: "00ff" }), "specHash none -> 00ff"],
    [
      "a client key to be admitted",
      lineOf({ readmit: true }, { repairs: [{ path: "readmit", what: "its key" }] }),
      "a new client key is admitted in this up",
    ],
    [
      "a client key that is to be admitted still",
      inPlaceLine({
        before: { ...before, readmit: true },
        after: { ...before, readmit: true },
        repairs: [{ path: "readmit", what: "its key: a new client key is admitted in this up" }],
        secret: new Set(),
      }),
      "repairs its key: a new client key is admitted in this up",
    ],
    ["its end", lineOf({}, { before: { ...before, readmit: true } }), "readmit removed"],
    [
      "several at once",
      lineOf({ labels: {}, taints: [], powerState: "x" }),
      "powerState active -> x, label rack r1 -> none, taint gpu=a:NoSchedule removed",
    ],
    ["secret labels", lineOf({ labels: { rack: "r2" } }, { secret: new Set(["labels"]) }), "labels changed, a secret"],
    [
      "drift",
      lineOf({}, { repairs: [lead, cordon] }),
      'repairs the label tier, which is "lead", repairs the cordon of an abandoned detach',
    ],
    [
      "drift that was found twice",
      lineOf({}, { repairs: [cordon, cordon] }),
      "repairs the cordon of an abandoned detach",
    ],
    [
      "an edit that the Node does not have yet",
      lineOf({ labels: { rack: "r1", tier: "x" } }, { repairs: [lead] }),
      "label tier none -> x",
    ],
    [
      "an edit and the drift of another label",
      lineOf({ labels: { rack: "r2" } }, { repairs: [lead] }),
      'label rack r1 -> r2, repairs the label tier, which is "lead"',
    ],
    [
      "edited taints that the Node does not have yet",
      lineOf({ taints: [] }, { repairs: [{ path: "taints", what: "the taints, which are none" }] }),
      "taint gpu=a:NoSchedule removed",
    ],
  ])("THEN of %s it says so in one line", (_, line, expected) => {
    expect(line).toBe(expected === undefined ? undefined : `${nodeInputs.nodeName}: in place (${expected})`);
  });
});
