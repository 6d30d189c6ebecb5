import { describe, expect, test } from "@jest/globals";
import { capacitiesOf } from "../../../../infra/report/capacity.ts";
import { drainLogOf } from "../../../../infra/report/drain-log.ts";
import { parseEventLog } from "../../../../infra/report/event-log.ts";
import { livesOf, recordedLives } from "../../../../infra/report/lives.ts";
import { EventLogWriter, start, writeAttach, writeDetach } from "../../../support/event-log.ts";

const name = "lab-7x2kq-metal-0";
const parse = (log: EventLogWriter) => parseEventLog(log.toString());
/** phases with their begin and end in seconds since the begin of the update */
const phasesOf = (log: EventLogWriter) =>
  livesOf(parse(log)).flatMap(({ phases }) =>
    phases.map(({ phase, from, to, outcome }) => [phase, from / 1000 - start, to / 1000 - start, outcome]),
  );

describe("GIVEN the event log of an update", () => {
  test("WHEN it has attached a worker THEN each phase has its begin and its end", () => {
    const log = new EventLogWriter();
    writeAttach(log, name, 0);
    expect(phasesOf(log)).toEqual([
      ["claim", 0, 2, "done"],
      ["ports", 2, 10, "done"],
      ["host wait", 10, 40, "done"],
      ["provision", 40, 130, "done"],
      ["boot", 130, 190, "done"],
      ["registration", 190, 195, "done"],
      ["serving CSR", 195, 200, "done"],
      ["ready", 200, 220, "done"],
    ]);
  });

  test("WHEN it has detached a worker THEN its phases end with the removal of its Node", () => {
    const log = new EventLogWriter();
    const end = writeDetach(log, name, 5);
    log.step(end, end + 3, "delete", "claim", name);
    expect(phasesOf(log)).toEqual([
      ["cordon", 5, 6, "done"],
      ["drain", 6, 25, "done"],
      ["volumes", 25, 30, "done"],
      ["server removal", 30, 60, "done"],
      ["port removal", 60, 62, "done"],
      ["node removal", 62, 65, "done"],
    ]);
  });

  test("WHEN a join has failed THEN only its last phase has", () => {
    const log = new EventLogWriter().begin(0, "create", "node", name);
    log.say(30, "node", name, "registration: 0s of 10m, waiting for the Node (done: boot 30s)");
    log.end(40, "create", "node", name, "resOpFailedEvent");
    expect(phasesOf(log)).toEqual([
      ["boot", 0, 30, "done"],
      ["registration", 30, 40, "failed"],
    ]);
  });

  test("WHEN a phase has taken less than a second THEN it is there all the same", () => {
    const log = new EventLogWriter().step(0, 3, "delete", "node", name);
    log.say(0, "node", name, "cordon: 0s of 30m, waiting for the API server");
    log.say(0, "node", name, "drain: 0s of 30m, waiting for the list of its pods (done: cordon 0s)");
    expect(phasesOf(log)).toEqual([
      ["cordon", 0, 0, "done"],
      ["drain", 0, 3, "done"],
    ]);
  });

  test("WHEN it was interrupted THEN what ran is unfinished", () => {
    const log = new EventLogWriter().begin(0, "create", "server", name).say(9, "component", name, "else");
    expect(phasesOf(log)).toEqual([["provision", 0, 9, "unfinished"]]);
  });

  test("WHEN a worker has two ports THEN they are one phase", () => {
    const log = new EventLogWriter().step(0, 4, "create", "port", `${name}-port-0`);
    log.step(1, 6, "create", "port", `${name}-port-1`);
    expect(phasesOf(log)).toEqual([["ports", 0, 6, "done"]]);
  });

  test("WHEN it has changed nothing of a worker THEN there is no life of it", () => {
    expect(
      phasesOf(new EventLogWriter().step(0, 1, "same", "node", name).step(0, 9, "update", "server", name)),
    ).toEqual([]);
  });

  test("WHEN it begins with a preview THEN that does not count", () => {
    const planned = JSON.parse(new EventLogWriter().begin(0, "create", "node", name).toString()) as object;
    const line = JSON.stringify(planned).replace('"metadata"', '"planning":true,"metadata"');
    expect(livesOf(parseEventLog(line))).toEqual([]);
  });

  test("WHEN the engine marks colours THEN they are gone from its messages", () => {
    const log = new EventLogWriter().say(0, "node", name, "<{%reset%}>a <b>warning</b><{%reset%}>", {
      severity: "warning",
    });
    expect(parse(log).messages).toMatchObject([{ text: "a <b>warning</b>", ephemeral: false, severity: "warning" }]);
  });

  test.each(["no JSON", "{}", '{"timestamp":"now"}'])(
    "WHEN a line is %s THEN the line and what to type are named",
    (line) => {
      expect(() => parseEventLog(`{"timestamp":1}\n\n${line}\n`)).toThrow(
        /^line 3 of the event log is no event .*PULUMI_DEBUG_COMMANDS=true pulumi up --event-log <file>$/,
      );
    },
  );

  test("WHEN it is empty THEN so is what is read", () => {
    expect(parseEventLog("")).toEqual({ steps: [], messages: [], from: 0, to: 0 });
  });
});

describe("GIVEN the drains of an update", () => {
  test("WHEN they are told THEN a line stands for each change, without the time that it counts", () => {
    const log = new EventLogWriter();
    writeDetach(log, name, 0);
    log.say(22, "node", name, "the kubelet does not report", { severity: "warning" });
    expect(drainLogOf(parse(log)).map(({ at, text, severity }) => [at / 1000 - start, severity, text])).toEqual([
      [0, "info", "cordon: waiting for the API server"],
      [1, "info", "drain: waiting for pod shop/web-1 (ReplicaSet web): terminating"],
      [20, "info", "volumes: waiting for pv-1"],
      [22, "warning", "the kubelet does not report"],
    ]);
  });
});

describe("GIVEN a pool of three of which two are replaced, one after the other", () => {
  const log = new EventLogWriter();
  const [one = "", two = "", three = ""] = [0, 1, 2].map((i) => `lab-7x2kq-metal-${i}`);
  log.step(0, 0, "same", "node", three);
  const away = writeDetach(log, one, 1, "delete-replaced");
  const back = writeAttach(log, one, away, "create-replacement");
  writeAttach(log, two, writeDetach(log, two, back, "delete-replaced"), "create-replacement");
  const [capacity, ...others] = capacitiesOf(parse(log), () => "metal");

  test("WHEN its capacity is told THEN one is out at a time", () => {
    expect(others).toEqual([]);
    expect(capacity).toMatchObject({ pool: "metal", size: 3 });
    expect(capacity?.points.map(({ inService }) => inService)).toEqual([3, 2, 3]);
  });

  test("WHEN its waves are told THEN there are two", () => {
    expect(capacity?.waves.map(({ workers }) => workers)).toEqual([[one], [two]]);
  });
});

test("GIVEN two that are away together WHEN their waves are told THEN they are one", () => {
  const log = new EventLogWriter();
  const names = ["lab-7x2kq-metal-0", "lab-7x2kq-metal-1"];
  names.forEach((each, i) =>
    writeAttach(log, each, writeDetach(log, each, i, "delete-replaced"), "create-replacement"),
  );
  const [capacity] = capacitiesOf(parse(log), () => "metal");
  expect(capacity?.waves.map(({ workers }) => workers)).toEqual([names]);
  expect(capacity?.points.map(({ inService }) => inService)).toEqual([1, 0, 1, 2]);
});

test("GIVEN only the outputs WHEN the joins are told THEN each begins at nought", () => {
  const phases = [
    { phase: "boot", seconds: 60.5 },
    { phase: "of a later release", seconds: 2 },
    { phase: "ready", seconds: 10 },
  ];
  expect(
    recordedLives([
      { name, phases },
      { name: "without", phases: [] },
    ]),
  ).toEqual([
    {
      worker: name,
      phases: [
        { phase: "boot", from: 0, to: 60_500, outcome: "done" },
        { phase: "ready", from: 62_500, to: 72_500, outcome: "done" },
      ],
    },
  ]);
});
