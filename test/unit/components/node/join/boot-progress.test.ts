import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  bootAwaits,
  bootHints,
  type BootProgress,
  describeProgress,
  type PortState,
  stateOfError,
  withProbes,
} from "../../../../../components/node/join/boot-progress.ts";

const notProbed: BootProgress = { port: 10250, telling: [], answered: undefined };
const minute = 60_000;

const at = (address: string, state: PortState["state"], code?: string): PortState => ({
  address,
  state,
  ...(code !== undefined && { code }),
});

/** The progress after rounds of probes, a minute apart, and what is shown a minute after the last. */
function after(...rounds: PortState[][]): { progress: BootProgress; shown: string | undefined } {
  const progress = rounds.reduce((before, round, i) => withProbes(before, round, i * minute), notProbed);
  return { progress, shown: describeProgress(progress, rounds.length * minute) };
}

const v4 = "10.0.0.10";
const v6 = "fd00::10";

describe("GIVEN probes of the kubelet's port of a machine that has not asked to join", () => {
  test.each<[string, PortState[][], string | undefined]>([
    ["there was none yet", [], undefined],
    [
      "nothing answers",
      [[at(v4, "silent")]],
      "port 10250 at 10.0.0.10 does not answer: firmware or Ignition, or not reachable from here",
    ],
    [
      "the connection is refused",
      [[at(v4, "silent")], [at(v4, "closed")]],
      "port 10250 at 10.0.0.10 is closed: the host's network is up, its kubelet is not yet",
    ],
    [
      "something listens",
      [[at(v4, "closed")], [at(v4, "listening")]],
      "the kubelet listens on port 10250 at 10.0.0.10, but has not asked for a certificate yet",
    ],
    [
      "nothing answers any more",
      [[at(v4, "closed")], [at(v4, "silent")]],
      "port 10250 at 10.0.0.10 does not answer any more, it did 2m ago: a reboot, or the host has lost its network",
    ],
    [
      "it can no longer be reached",
      [[at(v4, "closed")], [at(v4, "unreachable", "EHOSTUNREACH")]],
      "port 10250 at 10.0.0.10 does not answer any more, it did 2m ago: a reboot, or the host has lost its network",
    ],
    [
      "there is no route",
      [[at(v4, "unreachable", "ENETUNREACH")]],
      "port 10250 at 10.0.0.10 cannot be probed from here (ENETUNREACH): how far the machine is cannot be told",
    ],
    [
      "one of two addresses tells more",
      [[at(v4, "silent"), at(v6, "closed")]],
      "port 10250 at fd00::10 is closed: the host's network is up, its kubelet is not yet",
    ],
    [
      "one of two addresses has no route",
      [[at(v4, "silent"), at(v6, "unreachable", "ENETUNREACH")]],
      "port 10250 at 10.0.0.10 does not answer: firmware or Ignition, or not reachable from here",
    ],
    [
      "neither of two addresses answers",
      [[at(v4, "silent"), at(v6, "silent")]],
      "port 10250 at 10.0.0.10, fd00::10 does not answer: firmware or Ignition, or not reachable from here",
    ],
  ])("WHEN %s THEN that is said, and no more", (_, rounds, expected) => {
    expect(after(...rounds).shown).toBe(expected);
  });

  test("WHEN it is said what the boot waits for THEN the request comes first, and the port where it was probed", () => {
    expect(bootAwaits("w0", undefined, 0)).toBe("the first certificate request of w0");
    expect(bootAwaits("w0", notProbed, 0)).toBe("the first certificate request of w0");
    expect(bootAwaits("w0", after([at(v4, "silent")]).progress, 0)).toMatch(
      /^the first certificate request of w0; port 10250 at 10\.0\.0\.10 does not answer/,
    );
  });

  test("THEN no order of probes makes up an answer, or forgets one", () => {
    const state = fc.constantFrom<PortState["state"][]>("listening", "closed", "silent", "unreachable");
    const round = fc.array(state, { minLength: 1, maxLength: 3 });
    const isAnswer = (it: PortState["state"]): boolean => it === "listening" || it === "closed";
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 6 }), (rounds) => {
        const { progress, shown = "" } = after(...rounds.map((states) => states.map((it, i) => at(`10.0.0.${i}`, it))));
        const last = rounds.at(-1) ?? [];
        const ever = rounds.flat().some(isAnswer);
        expect(progress.answered !== undefined).toBe(ever);
        expect(shown.includes("the kubelet listens")).toBe(last.includes("listening"));
        expect(shown.includes("is up")).toBe(!last.includes("listening") && last.includes("closed"));
        expect(shown.includes("any more")).toBe(ever && !last.some(isAnswer));
      }),
    );
  });
});

describe("GIVEN a connection that fails", () => {
  test.each([
    ["ECONNREFUSED", "closed"],
    ["ETIMEDOUT", "silent"],
    ["ENETUNREACH", "unreachable"],
    ["EHOSTUNREACH", "unreachable"],
    ["EADDRNOTAVAIL", "unreachable"],
    ["EMFILE", "unreachable"],
    [undefined, "unreachable"],
  ])("WHEN its code is %s THEN the port counts as %s", (code, state) => {
    expect(stateOfError(code).state).toBe(state);
  });
});

describe("GIVEN a boot phase that is over", () => {
  const hints = (...rounds: PortState[][]): string => bootHints("server-id", after(...rounds).progress).join("\n");

  test("WHEN the machine never answered THEN its console comes first, with the command", () => {
    const [first] = bootHints("server-id", after([at(v4, "silent")]).progress);
    expect(first).toMatch(/BMC: does it boot.*openstack console url show --serial server-id/);
    expect(first).toMatch(/ends the session of whoever has it open; HTTP 400: the cloud has none for this machine/);
    expect(hints([at(v4, "silent")])).not.toContain("ssh");
  });

  test("WHEN its network is up THEN the journal of the first boot is named, and firmware no more", () => {
    expect(hints([at(v4, "closed")])).toMatch(
      /console or its BMC: does Ignition finish\?.*\n.*ssh core@10\.0\.0\.10 journalctl -b -u kubelet -u machine-config-daemon-firstboot/,
    );
    expect(hints([at(v4, "closed")], [at(v4, "silent")])).toContain("machine-config-daemon-firstboot");
  });

  test("WHEN its kubelet listens THEN its journal and the way to the API server come first, and no console", () => {
    expect(hints([at(v4, "listening")])).toMatch(
      /^the kubelet's journal: ssh core@10\.0\.0\.10 journalctl -b -u kubelet\n.*port 6443/,
    );
    expect(hints([at(v4, "listening")])).not.toMatch(/BMC|Swift/);
  });

  test("WHEN its kubelet has asked THEN everything is worth a look", () => {
    expect(bootHints("server-id", undefined).join("\n")).toMatch(/does it boot.*Swift.*6443.*restarted/s);
  });
});
