import { describe, expect, test } from "@jest/globals";
import { PassThrough } from "node:stream";
import { WriteStream } from "node:tty";
import { isDeepStrictEqual, styleText } from "node:util";
import { renderFindings, renderStatus } from "../../../../infra/status/render.ts";
import { statusOf } from "../../../../infra/status/rows.ts";
import type { Paint } from "../../../../infra/status/table.ts";
import { hostOf } from "../../../support/hosts.ts";
import {
  ago,
  cloudOf,
  clusterOf,
  compared,
  nodeStatus,
  observed,
  serverStatus,
  stateOf,
  worker,
} from "../../../support/observations.ts";
import { answer } from "../../../support/preflight-facts.ts";

const plain: Paint = (_, text) => text;
const marked: Paint = (style, text) => `<${style}>${text}</>`;

/** A terminal of 256 colours in that environment. */
function terminal(env: object): PassThrough {
  const getColorDepth = () => WriteStream.prototype.getColorDepth.call(undefined, { TERM: "xterm-256color", ...env });
  return Object.assign(new PassThrough(), { isTTY: true, getColorDepth });
}

const nodes = [
  nodeStatus(worker(0), "s0"),
  nodeStatus(worker(1), "s1", { ready: "Unknown", since: ago(3000), message: "stopped" }),
];
const servers = [
  serverStatus("s0", worker(0)),
  serverStatus("s1", worker(1), { addresses: ["10.0.0.20", "10.0.2.20"] }),
];
const document = statusOf(observed({ cluster: answer(clusterOf(nodes)), cloud: answer(cloudOf(servers)) }, 3));

const render = (width?: number, shown = document): string[] => renderStatus(shown, { paint: plain, width }).split("\n");

describe("GIVEN the status of a pool", () => {
  test("WHEN it is shown THEN its columns are aligned, and each remark is followed by its command", () => {
    expect(render()).toEqual([
      "WORKER             POOL   NODE          VERSION  SERVER  STATUS  POWER  ADDRESSES            SPEC      UNDER WAY",
      "lab-7x2kq-metal-0  metal  Ready 1h      v1.34.1  s0      ACTIVE  on     10.0.0.20            current   -",
      "lab-7x2kq-metal-1  metal  NotReady 50m  v1.34.1  s1      ACTIVE  on     10.0.0.20,10.0.2.20  current   -",
      "lab-7x2kq-metal-2  metal  -             -        -       -       -      -                    outdated  -",
      "",
      "lab-7x2kq-metal-1: NotReady for 50m: stopped",
      "    npm run repair -- --stack stack lab-7x2kq-metal-1",
    ]);
  });

  test("WHEN the terminal is narrower than the table THEN each worker is a list of no wider lines", () => {
    const lines = render(80);
    expect(lines.slice(0, 5)).toEqual([
      "lab-7x2kq-metal-0",
      "  POOL       metal",
      "  NODE       Ready 1h",
      "  VERSION    v1.34.1",
      "  SERVER     s0",
    ]);
  });

  test("WHEN the terminal is as wide as the table THEN it is a table", () => {
    const [titles = "", ...rows] = render();
    const widest = Math.max(...[titles, ...rows.slice(0, 3)].map(({ length }) => length));
    expect(render(widest)[0]).toBe(titles);
    expect(render(widest - 1)[0]).toBe("lab-7x2kq-metal-0");
  });

  test("WHEN it is shown in colours THEN the columns are those without", () => {
    const lines = renderStatus(document, { paint: marked, width: undefined }).split("\n");
    expect(lines[1]).toContain("<green>Ready 1h</>      v1.34.1");
    expect(lines.map((line) => line.replaceAll(/<[^>]*>/g, "").trimEnd())).toEqual(render());
  });

  test.each([
    ["is no terminal", new PassThrough(), false],
    ["is a terminal, and NO_COLOR is set", terminal({ NO_COLOR: "1" }), false],
    ["is a terminal", terminal({}), true],
  ])("WHEN the output %s THEN there are colour codes only where they are wanted", (_, stream, coloured) => {
    const paint: Paint = (style, text) => styleText(style, text, { stream });
    const lines = renderStatus(document, { paint, width: undefined }).split("\n");
    expect(isDeepStrictEqual(lines, render())).toBe(!coloured);
  });
});

test("GIVEN a cluster that could not be read WHEN the status is shown THEN its cells are unknown, and the reason is there", () => {
  const cluster = { error: "the API server gave no answer; check the network" };
  const shown = statusOf(observed({ cluster, cloud: answer(cloudOf(servers.slice(0, 1))), changes: cluster }));
  expect(render(undefined, shown)).toEqual([
    "WORKER             POOL   NODE  VERSION  SERVER  STATUS  POWER  ADDRESSES  SPEC     UNDER WAY",
    "lab-7x2kq-metal-0  metal  ?     ?        s0      ACTIVE  on     10.0.0.20  unknown  -",
    "",
    "the cluster could not be read: the API server gave no answer; check the network",
  ]);
});

test("GIVEN neither cluster nor cloud WHEN the status is shown THEN it does not say that there are no workers", () => {
  const unread = { error: "no answer" };
  const shown = statusOf(observed({ cluster: unread, cloud: unread, changes: unread }));
  expect(render(undefined, shown)).toEqual([
    "the workers are not known",
    "",
    "the cluster could not be read: no answer",
    "the cloud could not be read: no answer",
  ]);
  expect(render(undefined, statusOf(observed({}, 0)))).toEqual(["no workers"]);
});

test("GIVEN hosts that the account may see WHEN the status is shown THEN there is a column of them, and a list of the free ones", () => {
  const hosts = answer([
    hostOf("h1", { state: "cleaning", serverId: undefined, maintenance: false }),
    hostOf("h2", { state: "available", serverId: undefined, maintenance: true }),
  ]);
  const cloud = { ...cloudOf([serverStatus("s0", worker(0), { host: "h0" })]), hosts };
  const shown = statusOf(observed({ cluster: answer(clusterOf(nodes.slice(0, 1))), cloud: answer(cloud) }));
  expect(render(undefined, shown)).toEqual([
    "WORKER             POOL   NODE      VERSION  SERVER  STATUS  POWER  HOST  ADDRESSES  SPEC     UNDER WAY",
    "lab-7x2kq-metal-0  metal  Ready 1h  v1.34.1  s0      ACTIVE  on     h0    10.0.0.20  current  -",
    "",
    "hosts of class CUSTOM_BAREMETAL: 0 available, 1 cleaning, 1 in maintenance",
    "hosts without a server",
    "  available, in maintenance: h2",
    "  cleaning: h1",
    "",
    "all workers are healthy",
  ]);
});

test.each([
  [["rack-a", "rack-b"], "POWER  ZONE    ADDRESSES"],
  [["nova", "nova"], "POWER  ADDRESSES"],
])(
  "GIVEN servers in the zones %s WHEN the status is shown THEN zones are a column unless they are Nova's default: %s",
  (zones, titles) => {
    const servers = zones.map((zone, i) => serverStatus(`s${i}`, worker(i), { actual: { zone } }));
    const [header, ...rows] = render(undefined, statusOf(observed({ cloud: answer(cloudOf(servers)) }, 2)));
    expect(header).toContain(titles);
    for (const [i, zone] of zones.entries()) expect(rows[i]?.includes(` ${zone} `)).toBe(zone !== "nova");
  },
);

describe("GIVEN a comparison of state, cloud and cluster", () => {
  test("WHEN nothing is found THEN it says so", () => {
    expect(renderFindings(compared(stateOf()), [], plain)).toBe("state, cloud and cluster agree: nothing found");
  });

  test("WHEN something is found THEN each is followed by its command, after what could not be read", () => {
    const seen = compared(stateOf(), { cloud: { error: "no answer" } });
    const findings = [{ problem: "a port is left", command: "openstack port delete p", subjects: ["p"] }];
    expect(renderFindings(seen, findings, plain).split("\n")).toEqual([
      "the cloud could not be read: no answer",
      "a port is left",
      "    openstack port delete p",
    ]);
  });
});
