import { expect, test } from "@jest/globals";
import { unreadAdoption } from "../../../../../infra/preflight/changes/unread-adoption.ts";
import { existingServer, owner } from "../../../../support/preflight-facts.ts";

const name = "lab-7x2kq-metal-0";
const nobodys = existingServer("s0", name, undefined);
const error = "unknown function";

test("GIVEN a state that the engine does not tell WHEN a worker is to be adopted THEN the error says what it may have", () => {
  expect(unreadAdoption({ isListed: true, name, named: [nobodys] }, error)).toMatchObject({
    verdict: "refuse",
    refusals: [{ problem: `whether this stack's state has server ${name} (s0) already is not known: ${error}` }],
  });
});

test.each<[string, boolean, Parameters<typeof unreadAdoption>[0]["named"], string | undefined]>([
  ["is not listed", false, [nobodys], error],
  ["is this stack's already", true, [existingServer("s0", name, owner)], error],
  ["is another stack's, which is said elsewhere", true, [existingServer("s0", name, "a/b/c")], error],
  ["has no server", true, [], error],
  ["is looked at by a command that does not read the state", true, [nobodys], undefined],
])(
  "GIVEN a state that was not read WHEN a worker %s THEN its adoption is no question",
  (_, isListed, named, reason) => {
    expect(unreadAdoption({ isListed, name, named }, reason)).toEqual({ verdict: "none" });
  },
);
