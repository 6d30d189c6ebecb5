import { describe, expect, test } from "@jest/globals";
import {
  cloudProvider,
  ConversionError,
  type MachineConfig,
  negotiate,
  render,
  served,
  UnsupportedVersion,
} from "../../lab/cluster/machine-config.ts";

const ignition = (...versions: string[]): string =>
  [...versions.map((version) => `application/vnd.coreos.ignition+json;version=${version}`), "*/*;q=0.1"].join(", ");

describe("the version that the Machine Config Server chooses", () => {
  test.each([
    ["no Accept header", undefined, "2.2.0"],
    ["a browser", "text/html, */*;q=0.8", "2.2.0"],
    ["no media type at all", "an-invalid-accept-header", "2.2.0"],
    ["Ignition without a version", "application/vnd.coreos.ignition+json", "2.2.0"],
    ["Ignition 0.x", ignition("2.4.0", "1"), "2.2.0"],
    ["Ignition 2.3", ignition("3.1.0"), "3.1.0"],
    ["Ignition 2.14", ignition("3.3.0"), "3.3.0"],
    ["the newest served", ignition("3.5.0"), "3.5.0"],
    ["a later 3.x", ignition("3.6.0"), "3.5.0"],
    ["an experimental one", ignition("3.9.0-experimental"), "3.5.0"],
    ["an unknown one before a known one", ignition("4.0.0", "3.2.0"), "3.2.0"],
  ])("%s", (_, accept, version) => {
    expect(negotiate(accept)).toBe(version);
  });

  test.each(["1.0.0", "2.1.0", "3.0.0", "4.0.0"])("%s is refused", (version) => {
    expect(() => negotiate(ignition(version))).toThrow(UnsupportedVersion);
  });
});

describe("the kubelet's flag --cloud-provider", () => {
  test.each([
    ["OpenStack", undefined, "external"],
    ["None", undefined, ""],
    ["BareMetal", undefined, ""],
    ["External", undefined, ""],
    ["External", "None", ""],
    ["External", "External", "external"],
  ])("on platform %s with the cloud controller state %s is '%s'", (type, state, expected) => {
    expect(cloudProvider({ type, ...(state && { external: { cloudControllerManager: { state } } }) })).toBe(expected);
  });
});

const config: MachineConfig = {
  files: [{ path: "/etc/one", mode: 0o600, text: "1" }],
  units: [{ name: "one.service", enabled: true, contents: "[Service]\n" }],
};

describe("a configuration in the version asked for", () => {
  test.each(served)("%s says its own version and carries the file", (version) => {
    expect(render(config, version)).toMatchObject({
      ignition: { version },
      storage: {
        files: [{ path: "/etc/one", mode: 0o600, contents: { source: "data:text/plain;charset=utf-8;base64,MQ==" } }],
      },
      systemd: { units: [{ name: "one.service", enabled: true }] },
    });
  });

  test("specification 2 names the file system, specification 3 overwrites", () => {
    expect(render(config, "2.2.0")).toMatchObject({ storage: { files: [{ filesystem: "root" }] } });
    expect(JSON.stringify(render(config, "3.1.0"))).not.toContain("filesystem");
    expect(render(config, "3.1.0")).toMatchObject({ storage: { files: [{ overwrite: true }] } });
  });

  test("kernel arguments need 3.3.0", () => {
    const tuned = { ...config, kernelArguments: ["nosmt"] };
    expect(() => render(tuned, "2.2.0")).toThrow(ConversionError);
    expect(() => render(tuned, "3.2.0")).toThrow(ConversionError);
    expect(render(tuned, "3.3.0")).toMatchObject({ kernelArguments: { shouldExist: ["nosmt"] } });
  });
});
