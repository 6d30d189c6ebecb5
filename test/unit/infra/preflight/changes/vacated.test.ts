import { expect, test } from "@jest/globals";
import { type FormerServer, vacatedOf } from "../../../../../infra/preflight/changes/vacated.ts";

const early = { updated: "2026-01-02T03:00:00Z" };
const late = { updated: "2026-01-02T04:00:00Z" };
const lateTime = Date.parse(late.updated);
const gone = { servers: { w: { id: "s" } }, ports: {} };
const empty = { servers: {}, ports: {} };
const unread = undefined;

test.each<[string, Omit<FormerServer, "name">, { at: number | undefined } | undefined]>([
  ["a server", { server: { hasHost: true }, state: gone, ports: [late] }, { at: undefined }],
  ["a server, and nobody tells whether it has a host", { server: {}, state: gone, ports: [] }, { at: undefined }],
  [
    "a server that has found no host",
    { server: { hasHost: false }, state: gone, ports: [early, late] },
    { at: lateTime },
  ],
  [
    "a server that a command deleted before",
    { server: undefined, state: gone, ports: [late, early] },
    { at: lateTime },
  ],
  ["a deleted server whose ports are gone, too", { server: undefined, state: gone, ports: [] }, { at: undefined }],
  ["a deleted server whose ports tell no time", { server: undefined, state: gone, ports: [{}] }, { at: undefined }],
  [
    "ports alone, as a first attach that was cut off leaves",
    { server: undefined, state: empty, ports: [late] },
    undefined,
  ],
  ["ports alone, and an unreadable state", { server: undefined, state: unread, ports: [late] }, { at: lateTime }],
  ["nothing", { server: undefined, state: undefined, ports: [] }, undefined],
  ["nothing, and the state has nothing either", { server: undefined, state: empty, ports: [] }, undefined],
])(
  "GIVEN a worker of which there is %s THEN it is known or not when its former server left a machine",
  (_, seen, expected) => {
    expect(vacatedOf({ name: "w", ...seen })).toEqual(expected);
  },
);
