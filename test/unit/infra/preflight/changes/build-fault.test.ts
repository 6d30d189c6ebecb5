import { describe, expect, test } from "@jest/globals";
import { lastingFault } from "../../../../../infra/preflight/changes/build-fault.ts";

const aborted = (reason: string): string => `Build of instance 1c2d aborted: ${reason}`;
const exhausted = (reason: string): string =>
  `Exceeded maximum number of retries. Exceeded max scheduling attempts 3 for instance 1c2d. Last exception: ${reason}`;

describe("GIVEN Nova's text of a build that failed", () => {
  test.each<[string, string, RegExp]>([
    [
      "a disk that is too small",
      aborted("Flavor's disk is too small for requested image. Flavor disk is 10 bytes, image is 20 bytes."),
      /pools\[metal\]\.flavor/,
    ],
    ["too little memory", aborted("Flavor's memory is too small for requested image."), /pools\[metal\]\.flavor/],
    ["an image that is gone", aborted("Image 5f could not be found."), /pools\[metal\]\.image/],
    ["an image that is not active", aborted("Image 5f is not active."), /pools\[metal\]\.image/],
    ["an image of another format", aborted("Disk format aki is not acceptable"), /pools\[metal\]\.image/],
    ["a quota", "Quota exceeded for instances: Requested 1, but already used 10 of 10 instances", /quota show/],
    ["a quota of ports", exhausted("Maximum number of ports exceeded"), /quota show/],
    [
      "a machine's address on another port",
      exhausted("Unable to complete operation for network n. The mac address 52:54:00:00:00:01 is in use."),
      /port list --mac-address 52:54:00:00:00:01 --long/,
    ],
    ["a port that something else has", aborted("Port 9a is still in use."), /port show .* 9a/],
    [
      "a port that another machine has",
      aborted("Unable to attach VIF because VIF 9a is already attached to Ironic Port 7b"),
      /port show .* 9a/,
    ],
    ["a port that is gone", aborted("Port id 9a could not be found."), /--refresh/],
    [
      "a network without port security",
      exhausted("Network requires port_security_enabled and subnet associated in order to apply security groups."),
      /pools\[metal\]\.networks/,
    ],
    ["user data", aborted("User data needs to be valid base 64."), /pools\[metal\]\.ignition/],
    ["a config drive", aborted("Config drive format 'x' is not supported."), /pools\[metal\]\.ignition/],
  ])("WHEN it is of %s THEN another attempt would fail, too, and it says what to mend", (_, text, remedy) => {
    expect(lastingFault(text, "pools[metal]")?.remedy).toMatch(remedy);
  });

  test.each([
    ["no host", "No valid host was found. There are not enough hosts available."],
    [
      "no host for a retry",
      "Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures",
    ],
    ["a disk that is full", aborted("Failed to provision instance 1c2d: no space left on device")],
    [
      "a ramdisk that is silent",
      aborted("Failed to provision instance 1c2d: Timeout reached while waiting for callback"),
    ],
    [
      "a BMC that does not answer",
      aborted("Failed to provision instance 1c2d: Failed to change power state to 'power on'"),
    ],
    ["a machine with too few cards", exhausted("Unable to attach VIF 9a, not enough free physical ports.")],
    ["the network, without a word why", aborted("Failed to allocate the network(s), not rescheduling.")],
    ["a machine that is not free", exhausted("Chosen ironic node 7b is not available")],
    ["nothing", "Nova reports no reason"],
  ])("WHEN it is of %s THEN another attempt may succeed", (_, text) => {
    expect(lastingFault(text, "pools[metal]")).toBeUndefined();
  });
});
