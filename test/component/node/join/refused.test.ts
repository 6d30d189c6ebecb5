import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { allTimeouts, otherServer, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest, withShortTimeout } from "../../support/node-harness.ts";
import { type Answer, failure } from "../../support/scripted-objects.ts";

// A write that the API server does not take now: no event needs to follow, so that it is tried again until the timeout.

const harness = harnessForEachTest();

const conflict = failure(409, "Operation cannot be fulfilled: please apply your changes to the latest version");
const etcd = failure(500, "etcdserver: leader changed");
const webhook = failure(400, 'admission webhook "guard.example.com" denied the request: maintenance');
const deadWebhook = failure(500, 'failed calling webhook "guard.example.com": no endpoints available');
const refusals = [
  ["a conflict", conflict],
  ["a change of etcd's leader", etcd],
  ["a webhook that denies it", webhook],
  ["a webhook that does not answer", deadWebhook],
] as const;

/** Answers the first requests of that method in the API server's place. */
const refuse = (method: string, answer: Answer, times = 1) => {
  let left = times;
  harness.api.onRequest = (request) => (request.startsWith(method) && left-- > 0 ? answer : undefined);
};
const joinWithin = (seconds: number) => harness.join({ timeouts: allTimeouts(seconds) });
const isOurs = () => harness.annotations()[annotations.serverId] === worker.serverId;

describe("GIVEN a Node that has registered, WHEN the write of its metadata gets", () => {
  test.each(refusals)(
    "%s THEN it is repeated, and the join continues",
    async (_, answer) => {
      harness.node();
      refuse("PATCH", answer);
      const joined = joinWithin(8);
      await eventually(isOurs);
      await harness.request("csr-serving", "serving");
      await joined;
    },
    10_000,
  );

  test("the same denial each time THEN line and error name the webhook", async () => {
    harness.node();
    refuse("PATCH", webhook, Infinity);
    const message = await failureOf(harness.join(withShortTimeout("servingCsr")));
    expect(message).toMatch(
      /phase "registration" did not finish within 1s .*servingCsr[^]*"guard\.example\.com" denied/,
    );
  });
});

describe("GIVEN a client request, WHEN its approval gets", () => {
  test.each(refusals)("%s THEN it is repeated", async (_, answer) => {
    await harness.request("csr-client", "client");
    refuse("PUT", answer);
    const failing = failureOf(joinWithin(5));
    await eventually(() => harness.approved("csr-client"));
    harness.cancel();
    await failing;
  });

  test("the same answer each time THEN line and error name the webhook", async () => {
    await harness.request("csr-client", "client");
    refuse("PUT", deadWebhook, Infinity);
    const message = await failureOf(harness.join({ timeouts: { ...allTimeouts(5), boot: 2 } }));
    expect(message).toMatch(/phase "boot" did not finish[^]*failed calling webhook "guard\.example\.com"/);
    expect(harness.infos.some((it) => /^boot: .*failed calling webhook/.test(it))).toBe(true);
  });
});

describe("GIVEN a webhook whose service does not answer, WHEN the time is up while it is asked once more", () => {
  /** Answers the first requests with the API server's own time-out, and lets the next one hang. */
  const hangAfter = (method: string, times: number): void => {
    let left = times;
    harness.api.onRequest = (request) => {
      if (!request.startsWith(method)) return undefined;
      return left-- > 0 ? deadWebhook : delay(4_000, deadWebhook);
    };
  };

  test("THEN the error of an approval names the webhook all the same", async () => {
    await harness.request("csr-client", "client");
    hangAfter("PUT", 2);
    const message = await failureOf(harness.join({ timeouts: { ...allTimeouts(5), boot: 3 } }));
    expect(message).toMatch(/phase "boot" did not finish[^]*failed calling webhook "guard\.example\.com"/);
  });

  test("THEN the error of the metadata names the webhook all the same", async () => {
    harness.node();
    hangAfter("PATCH", 1);
    const message = await failureOf(harness.join({ timeouts: { ...allTimeouts(5), servingCsr: 3 } }));
    expect(message).toMatch(/phase "registration" did not finish[^]*failed calling webhook "guard\.example\.com"/);
  });
});

describe("GIVEN a former server's Node, WHEN its removal gets", () => {
  test.each(refusals)("%s THEN it is repeated", async (_, answer) => {
    const marks = { [annotations.owner]: owner, [annotations.serverId]: otherServer };
    harness.node({ ready: "Unknown", serverId: otherServer, metadata: { annotations: marks } });
    refuse("DELETE", answer);
    const failing = failureOf(joinWithin(5));
    await eventually(() => harness.api.get("nodes", worker.nodeName) === undefined);
    harness.cancel();
    await failing;
  });
});
