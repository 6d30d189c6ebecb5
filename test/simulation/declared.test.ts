import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { makeRequests } from "./actors/requests.ts";
import { plans } from "./faults/arbitraries.ts";
import { inOrder, trySchedules } from "./run/schedules.ts";
import { type Declared, type End, noTrouble, run } from "./scenarios/declared.ts";
import type { Requests } from "./scenarios/lives.ts";

// Sequences of declared states, as Acto tries an operator's (Gu et al., SOSP '23): whatever is asked for, in whatever order,
// and whatever goes wrong meanwhile, the system comes to the state that the last declaration asks for.

let requests: Requests;
beforeAll(async () => {
  // the client is loaded when it is first needed: in a run, the time that takes would be real
  await import("../../components/openstack/client.ts");
  const [impostor, ...disks] = await Promise.all(Array.from({ length: 10 }, makeRequests));
  if (!impostor) throw new Error("no requests");
  requests = { disks, impostor };
});

const attached = fc.record({
  image: fc.constantFrom("rhcos-a", "rhcos-a", "rhcos-b"),
  labels: fc.constantFrom({}, { rack: "r1" }, { rack: "r2", tier: "db" }),
  readmit: fc.boolean(),
});

const declared: fc.Arbitrary<Declared> = fc.record({
  wanted: fc.option(attached, { nil: undefined, freq: 3 }),
  insists: fc.boolean(),
});

/** Of a server that is left over and is not as wanted the program makes no second one: it is to be finished, or destroyed. */
function finishing(sequence: Declared[]): Declared[] {
  const images = new Set(sequence.flatMap(({ wanted }) => wanted?.image ?? []));
  return images.size < 2 ? sequence : sequence.map((each) => ({ ...each, insists: true }));
}

const sequences = fc.array(declared, { minLength: 1, maxLength: 4 }).map(finishing);

const drawn = fc.record({
  sequence: sequences,
  plan: plans(30, 120),
  seed: fc.integer(),
  relabelled: fc.boolean(),
});

/** What each sequence comes to when nothing goes wrong. */
const undisturbed = new Map<string, Promise<End>>();

async function withoutFaults(sequence: readonly Declared[]): Promise<End> {
  const key = JSON.stringify(sequence.map(({ wanted }) => wanted ?? null));
  const known = undisturbed.get(key) ?? run(inOrder(), sequence, noTrouble, requests);
  undisturbed.set(key, known);
  return known;
}

const same =
  "GIVEN a sequence of declared states WHEN each is applied, with faults, and the last until it succeeds THEN the end is that of an undisturbed run";
test(same, () =>
  trySchedules("declared", same, [drawn], async (scheduler, { sequence, ...trouble }) => {
    const { end } = await run(scheduler, sequence, trouble, requests);
    expect(end).toEqual((await withoutFaults(sequence)).end);
  }),
);

const plain = { image: "rhcos-a", labels: { rack: "r1" }, readmit: false };
const once = (wanted: Declared["wanted"]): Declared => ({ wanted, insists: false });

const replaced = { ...plain, image: "rhcos-b" };

test("GIVEN a worker whose labels somebody else changes WHEN the same declaration is applied again THEN they are as declared", async () => {
  const sequence = [{ wanted: plain, insists: true }, once(plain)];
  const { end } = await run(inOrder(), sequence, { ...noTrouble, relabelled: true }, requests);
  expect(end).toEqual((await withoutFaults(sequence)).end);
});

describe.each<[string, Declared["wanted"], Declared["wanted"]]>([
  ["detached", undefined, plain],
  ["relabelled", { ...plain, labels: { rack: "r2" } }, plain],
  ["re-admitted", { ...plain, readmit: true }, plain],
  ["replaced", replaced, replaced],
])("GIVEN a worker that is to be %s, WHEN that command is killed after write i, for every i", (_, wanted, last) => {
  test("THEN the declaration that follows is what is there in the end", async () => {
    const sequence = [{ wanted: plain, insists: true }, once(wanted), once(last)];
    const { end, writes } = await withoutFaults(sequence);
    for (let write = 1; write <= writes; write += 1) {
      const killed = { ...noTrouble, plan: [{ kind: "killed", write }] } as const;
      const disturbed = await run(inOrder(), sequence, killed, requests);
      expect({ write, end: disturbed.end }).toEqual({ write, end });
    }
  });
});
