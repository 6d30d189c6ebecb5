import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { reasonOf } from "../../../../components/lib/errors.ts";
import { CloudError, HttpError } from "../../../../components/openstack/error.ts";
import { type Building, isBuilt, outcomeOf } from "../../../../components/server/building.ts";

test.each([
  ["ACTIVE", "built"],
  ["SHUTOFF", "built"],
  ["ERROR", "failed"],
  ["BUILD", undefined],
  ["REBOOT", undefined],
  [undefined, "gone"],
])("GIVEN a server in %s WHEN it is to be imported THEN it is %s", (status, expected) => {
  expect(outcomeOf(status)).toBe(expected);
});

type Answers = (string | undefined | Error)[];

describe("GIVEN a server that is taken over while it is being built", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Answers one after the other; the last of them stays. */
  const wait = (...answers: Answers): Promise<boolean | string> => waitFor({ isInState: false }, ...answers);

  async function waitFor(change: Pick<Building, "isInState">, ...answers: Answers): Promise<boolean | string> {
    let asked = 0;
    const building: Building = {
      name: "w-0",
      id: "the-id",
      timeout: 60,
      timeoutKey: "pools[metal].timeouts.provision",
      ...change,
      status: () => {
        const answer = answers[Math.min(asked++, answers.length - 1)];
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    };
    const over = isBuilt(building).catch(reasonOf);
    await jest.advanceTimersByTimeAsync(61_000);
    return over;
  }
  const down = new CloudError({ problem: "p", expected: "e", remedy: "r", cause: new HttpError(503) });
  const refused = new CloudError({ problem: "no role", expected: "e", remedy: "r", cause: new HttpError(403) });

  test("WHEN it becomes ACTIVE THEN the wait is over", async () => {
    expect(await wait("BUILD", "BUILD", "ACTIVE")).toBe(true);
  });

  test("WHEN Nova does not answer for a while THEN it is asked again", async () => {
    expect(await wait("BUILD", down, down, "ACTIVE")).toBe(true);
  });

  test("WHEN somebody deletes it THEN it is not taken over", async () => {
    expect(await wait("BUILD", undefined)).toBe(false);
  });

  test("WHEN it fails THEN the error says what to type", async () => {
    expect(await wait("BUILD", "ERROR")).toMatch(/w-0 \(the-id\).*in ERROR.*openstack server delete the-id/);
  });

  test("WHEN one that the state has fails THEN the next command replaces it, and nobody deletes it by hand", async () => {
    const error = await waitFor({ isInState: true }, "BUILD", "ERROR");
    expect(error).toMatch(/w-0 \(the-id\).*in ERROR.*Repeat the command: it replaces the server/);
    expect(error).not.toContain("openstack server delete");
  });

  test("WHEN it is not built in time THEN the error names the timeout, and what was seen last", async () => {
    expect(await wait("BUILD")).toMatch(
      /not built after 60 s \(pools\[metal\]\.timeouts\.provision\); last seen: BUILD/,
    );
  });

  test("WHEN it was no first build, as of a worker that reboots, THEN none is to be deleted that has a Node", async () => {
    for (const error of [await wait("REBOOT", "ERROR"), await wait("RESCUE")]) {
      expect(error).toMatch(/cluster has no Node w-0 \(oc get node w-0\).*openstack server delete the-id/);
      expect(error).not.toMatch(/never becomes/);
    }
  });

  test("WHEN the account may not see it THEN that is the error", async () => {
    expect(await wait(refused)).toMatch(/no role/);
  });
});
