import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { kubeletUnit } from "../../lab/cluster/machine-config.ts";
import { enabledBy, environmentFile, expand, parseService, words } from "../../lab/metal/unit-file.ts";

const repo = path.resolve(import.meta.dirname, "../../..");

describe("the kubelet's unit file as the Machine Config Server serves it", () => {
  const read = async (type = "OpenStack"): Promise<ReturnType<typeof parseService>> =>
    parseService(
      "kubelet.service",
      kubeletUnit(await readFile(path.join(repo, "test/lab/cluster/payload/kubelet.service"), "utf8"), { type }),
      [
        '[Service]\nEnvironment="KUBELET_NODE_NAME=worker-0"\n',
        '[Service]\nEnvironment="KUBELET_NODE_IP=10.0.0.9" "KUBELET_NODE_IPS=10.0.0.9,fd00::9"\n',
      ],
    );

  test("starts the kubelet with what the drop-ins say", async () => {
    const service = await read();
    const line = expand(service.execStart, { ...service.environment, ID: "rhcos", KUBELET_LOG_LEVEL: "2" });
    expect(line[0]).toBe("/usr/bin/kubelet");
    expect(line).toContain("--hostname-override=worker-0");
    expect(line).toContain("--node-ip=10.0.0.9,fd00::9");
    expect(line).toContain("--node-labels=node.openshift.io/os_id=rhcos");
    expect(line).toContain("--cloud-provider=external");
  });

  test("waits for no cloud controller on platform None", async () => {
    const service = await read("None");
    expect(expand(service.execStart, service.environment)).toContain("--cloud-provider=");
  });

  test("is restarted and needs its container runtime", async () => {
    const service = await read();
    expect(service).toMatchObject({ restart: "always", restartSec: 10 });
    expect(service.requires).toContain("crio.service");
    expect(service.execStartPre.map(({ optional }) => optional)).toEqual([false, true, true]);
    expect(service.environmentFiles).toContainEqual({ path: "/etc/kubernetes/kubelet-env", optional: true });
    expect(service.environmentFiles).toContainEqual({ path: "/etc/os-release", optional: false });
  });
});

test("an empty value forgets those before it", () => {
  const service = parseService("a", "[Service]\nExecStart=/bin/one\nRestartSec=1min 30s", [
    "[Service]\nExecStart=\nExecStart=/bin/two",
  ]);
  expect(service.execStart.words).toEqual(["/bin/two"]);
  expect(service.restartSec).toBe(90);
});

test("a unit without ExecStart is an error", () => {
  expect(() => parseService("a", "[Unit]\nDescription=none")).toThrow("a has no ExecStart");
});

test.each([
  ["a b", ["a", "b"]],
  [`"A=b c" 'd e' f"g`, ["A=b c", "d e", `f"g`]],
  ["", []],
])("words of %j", (line, expected) => {
  expect(words(line)).toEqual(expected);
});

test("a variable alone is split, one inside a word is not", () => {
  const environment = { A: "x y" };
  expect(expand({ optional: false, words: ["$A", "--a=${A}", "${B}"] }, environment)).toEqual([
    "x",
    "y",
    "--a=x y",
    "",
  ]);
});

test("an environment file", () => {
  expect(environmentFile('# c\nID=rhcos\nNAME="Core OS"\n\nbroken\n')).toEqual({ ID: "rhcos", NAME: "Core OS" });
});

test.each([
  ["enable kubelet.service\n", true],
  ["disable kubelet.service\nenable kubelet.service\n", false],
  ["enable other.service\n", false],
  ["", false],
])("preset %j", (preset, enabled) => {
  expect(enabledBy(preset, "kubelet.service")).toBe(enabled);
});
