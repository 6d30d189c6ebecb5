import { describe, test } from "@jest/globals";
import fc from "fast-check";
import assert from "node:assert/strict";
import type { NodeObject } from "../../../../../components/kubernetes/types.ts";
import type { CsrEntry } from "../../../../../components/node/cluster/cluster.ts";
import { approvalReason, keyOf } from "../../../../../components/node/csr/keys.ts";
import { JoinRequests } from "../../../../../components/node/join/requests.ts";
import type { Properties } from "../../../../../components/node/operation/property-values.ts";
import { asProperties, type NodeInputs } from "../../../../../components/node/operation/types.ts";
import { admissionOf, keptAdmission } from "../../../../../components/node/resources/admission.ts";
import { clientCsr, node, nodeInputs, request } from "../../../../support/node-fixtures.ts";

/** One server, the requests in its name, and process after process of the plugin, whose state is kept or lost. */

type Move =
  | { ask: number }
  | { minutes: number }
  | { node: "absent" | "Ready" | "Unknown" }
  | { readmit: boolean }
  | { end: "succeeded" | "failed" | "killed" }
  | "look";

const keys = ["aa", "bb", "cc"].map((it) => it.repeat(32));
const minute = 60_000;
/** An approved request is kept for an hour, a pending one for a day (kubernetes, pkg/controller/certificates/cleaner). */
const lifetime = { approved: 60 * minute, pending: 24 * 60 * minute };

class World {
  /** ms since the epoch */
  #now = Date.parse("2026-01-01T12:05:00Z");
  #entries: CsrEntry[] = [];
  #node: NodeObject | undefined;
  #inputs: NodeInputs = nodeInputs;
  #state: Properties = { ...nodeInputs };
  #process = this.#start();
  #count = 0;
  /** approved by a process that has not saved its state yet */
  #unsaved: CsrEntry[] = [];
  readonly approvedKeys = new Set<string | undefined>();
  /** how often `readmit` was set */
  entries = 0;

  get #time(): string {
    return new Date(this.#now).toISOString();
  }

  #start(): { before: ReturnType<typeof admissionOf>; requests: JoinRequests } {
    const before = admissionOf(this.#state, this.#inputs);
    const log = { status: () => undefined, info: () => undefined, warn: () => undefined };
    const cluster = {
      csrs: { indexed: () => this.#entries },
      load: { pending: 0, limit: 100 },
      isNews: () => true,
      node: () => this.#node,
      approve: (entry: CsrEntry) => {
        this.#approve(entry);
        return Promise.resolve(true);
      },
    };
    return { before, requests: new JoinRequests(cluster, log, this.#inputs, before) };
  }

  #approve(entry: CsrEntry): void {
    const { metadata, csr } = entry;
    const conditions = [{ type: "Approved", status: "True", reason: approvalReason, lastTransitionTime: this.#time }];
    // as the watch brings it: another entry
    const approved = { ...entry, metadata, csr: { ...csr, state: "approved" as const }, conditions };
    this.#entries = this.#entries.map((it) => (it === entry ? approved : it));
    this.#unsaved.push(approved);
    this.approvedKeys.add(keyOf(csr));
  }

  async #look(): Promise<void> {
    await this.#process.requests.process(new AbortController().signal);
  }

  async #end(outcome: "succeeded" | "failed" | "killed"): Promise<void> {
    if (outcome === "killed") {
      // only what stands can tell: a join that waits on for an hour after its approval, and is killed then, is lost
      if (!this.#unsaved.every((it) => this.#entries.includes(it))) return;
      this.#process = this.#start();
      // the next command follows within the hour
      return this.#look();
    }
    const { before, requests } = this.#process;
    const ended = { ended: outcome === "succeeded", state: this.#state };
    this.#state = asProperties(this.#inputs, keptAdmission(this.#inputs, before, requests.admission, ended));
    this.#unsaved = [];
    this.#process = this.#start();
  }

  #ask(key: number): void {
    this.#count += 1;
    const name = `csr-${this.#count}`;
    const csr = clientCsr({ name, created: this.#time, request: request({ publicKey: keys[key] ?? "" }) });
    const metadata = { name, uid: name, resourceVersion: "1", creationTimestamp: this.#time };
    this.#entries = [...this.#entries, { csr, uid: name, issued: false, metadata, conditions: [] }];
  }

  #pass(minutes: number): void {
    this.#now += minutes * minute;
    this.#entries = this.#entries.filter(({ csr, conditions }) => {
      const since = conditions[0]?.lastTransitionTime ?? csr.created;
      return this.#now - Date.parse(since) < lifetime[csr.state === "approved" ? "approved" : "pending"];
    });
  }

  async move(move: Move): Promise<void> {
    // times in the cluster are of whole seconds
    this.#now += 1_000;
    if (move === "look") await this.#look();
    else if ("ask" in move) this.#ask(move.ask);
    else if ("minutes" in move) this.#pass(move.minutes);
    else if ("end" in move) await this.#end(move.end);
    else if ("node" in move) this.#report(move.node);
    else await this.#edit(move.readmit);
  }

  #report(status: "absent" | "Ready" | "Unknown"): void {
    const conditions = [{ type: "Ready", status, lastHeartbeatTime: this.#time }];
    this.#node = status === "absent" ? undefined : node({ status: { ...node().status, conditions } });
  }

  async #edit(readmit: boolean): Promise<void> {
    if (readmit && this.#inputs.readmit !== true) this.entries += 1;
    // a command of its own: the one that runs has read the config already
    await this.#end("failed");
    this.#inputs = readmit ? { ...nodeInputs, readmit } : nodeInputs;
    this.#process = this.#start();
  }
}

const moves: fc.Arbitrary<Move>[] = [
  fc.record({ ask: fc.nat(2) }),
  fc.record({ minutes: fc.constantFrom(1, 30, 61, 1500) }),
  fc.record({ node: fc.constantFrom("absent", "Ready", "Unknown") }),
  fc.record({ end: fc.constantFrom("succeeded", "failed", "killed") }),
  fc.constant("look" as const),
  fc.constant("look" as const),
];
const edit = fc.record({ readmit: fc.boolean() });

/** Killed between the approval and its state; the approved request is collected before the other key asks. */
const killedAfterApproval: Move[] = [
  ...([{ ask: 0 }, "look", { end: "killed" }, { end: "failed" }] as const),
  ...([{ minutes: 61 }, { ask: 1 }, "look"] as const),
];
/** The same with a key that was admitted, and a third one that asks. */
const killedAfterReadmission: Move[] = [
  ...([{ ask: 0 }, "look", { end: "succeeded" }, { node: "Unknown" }, { readmit: true }] as const),
  ...([{ ask: 1 }, "look", { end: "killed" }, { minutes: 61 }, { node: "Unknown" }, { ask: 2 }, "look"] as const),
];

describe("GIVEN one server, WHEN requests come in whatever order, and processes end, fail or are killed at whatever time", () => {
  async function run(sequence: readonly Move[]): Promise<World> {
    const world = new World();
    for (const move of sequence) await world.move(move);
    return world;
  }

  test("THEN no second key is ever approved", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(...moves), { maxLength: 30 }), async (sequence) => {
        const { approvedKeys } = await run(sequence);
        assert.ok(approvedKeys.size <= 1, [...approvedKeys].join());
      }),
      { numRuns: 2_000, examples: [[killedAfterApproval]] },
    );
  });

  test("THEN each setting of `readmit` admits one more at most", async () => {
    let most = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(...moves, edit), { maxLength: 30 }), async (sequence) => {
        const { approvedKeys, entries } = await run(sequence);
        most = Math.max(most, approvedKeys.size);
        assert.ok(approvedKeys.size <= 1 + entries, [...approvedKeys].join());
      }),
      { numRuns: 2_000, examples: [[killedAfterReadmission]] },
    );
    // a second one is reached
    assert.ok(most > 1);
  });
});
