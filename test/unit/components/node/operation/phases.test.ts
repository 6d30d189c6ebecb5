import { expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { Timeline } from "../../../../../components/node/operation/phases.ts";

const operation = {
  urn: "urn:pulumi:s::p::t::n",
  verb: "create" as const,
  log: { status: () => undefined, info: () => undefined, warn: () => undefined },
  signal: new AbortController().signal,
  deadline: Infinity,
};

test("GIVEN a timeout that is longer than Node's longest timer WHEN the phase runs THEN it does not end at once", async () => {
  const seconds = 1_000 * 3_600;
  const phase = {
    name: "boot",
    deadline: Date.now() + seconds * 1_000,
    timeout: { seconds, key: "timeouts.boot" },
    awaiting: () => "the kubelet",
  };
  const isOver = await new Timeline(operation).run(phase, async (signal) => {
    await sleep(20);
    return signal.aborted;
  });
  expect(isOver).toBe(false);
});
