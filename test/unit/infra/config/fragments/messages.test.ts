import { describe, expect, test } from "@jest/globals";
import { fragmentFindings } from "../../../../../infra/config/fragments/validate.ts";

const spec = (minor: number, sections: object = {}): object => ({ ignition: { version: `3.${minor}.0` }, ...sections });
const file = (keys: object): object => spec(2, { storage: { files: [{ path: "/a", ...keys }] } });

const mistakes: [mistake: string, fragment: unknown, problem: string, remedy: string][] = [
  [
    "a MachineConfig",
    { apiVersion: "machineconfiguration.openshift.io/v1", kind: "MachineConfig", spec: { config: spec(2) } },
    "this is a MachineConfig",
    "give the content of spec.config",
  ],
  [
    "Butane",
    { variant: "fcos", version: "1.5.0" },
    "this is Butane",
    "run butane first, and give its output: butane --strict --raw <file>",
  ],
  [
    "the Butane of a MachineConfig",
    { variant: "openshift", version: "4.18.0", metadata: {} },
    "this is Butane",
    "run butane first, and give its output: butane --strict --raw <file>",
  ],
  [
    "a KubeletConfig",
    { apiVersion: "machineconfiguration.openshift.io/v1", kind: "KubeletConfig", spec: {} },
    "this is a Kubernetes object of kind KubeletConfig",
    "remove it",
  ],
  [
    "Ignition 2",
    { ignition: { version: "2.2.0" } },
    '"2.2.0"',
    "OpenShift has no Ignition 2 since 4.6: write it as Butane, or convert it with ign-converter",
  ],
  ["a version without quotes", { ignition: { version: 3.2 } }, "3.2", 'quote it, with all three numbers: "3.2.0"'],
  ["JSON as text", '{"ignition": {}}', "a text of 16 characters", "write the JSON itself, without quotes around it"],
  ["a mode as text", file({ mode: "0644" }), '"0644"', "write 420 (decimal for 0644)"],
  ["a mode as text of YAML 1.2", file({ mode: "0o755" }), '"0o755"', "write 493 (decimal for 0o755)"],
  ["a mode as words", file({ mode: "rw-r--r--" }), '"rw-r--r--"', "write the mode as a decimal number: 420 for 0644"],
  [
    "an octal mode",
    file({ mode: 755 }),
    "755, which is 01363 in octal",
    "if 0755 is meant, write 493 (decimal for 0755)",
  ],
  ["an octal mode with setuid", file({ mode: 4755 }), "4755", "write 2541 (decimal for 04755)"],
  ["a sticky bit", file({ mode: 0o1777 }), "1023, which is 01777 in octal", "write 511"],
  ["a flag as text", file({ overwrite: "true" }), '"true"', "write true without quotes"],
  ["a number for text", file({ user: { name: 0 } }), "0", 'quote it: "0"'],
  [
    "an object for a list",
    spec(2, { systemd: { units: { name: "a" } } }),
    "an object with the keys name",
    "write a list",
  ],
  ["a misspelled key", file({ overwite: true }), "unknown key", "write overwrite instead"],
  ["a key of nothing", file({ zzzzzzzzz: true }), "unknown key", "remove it"],
  [
    "a key of a later version",
    spec(2, { kernelArguments: {} }),
    "not part of Ignition 3.2.0",
    "set the fragment's ignition.version to 3.3.0 or later, or remove the key",
  ],
  [
    "a text for a source",
    file({ contents: { source: "hello" } }),
    '"hello"',
    "correct it; a text itself is written as data:,<percent-encoded text>",
  ],
  ["a relative path", file({ path: "etc/a" }), '"etc/a"', "write an absolute path, like /etc/a"],
  ["a path that is not in its shortest form", file({ path: "/a//b/" }), '"/a//b/"', "write /a/b"],
  [
    "a line of a unit",
    spec(2, { systemd: { units: [{ name: "a.service", contents: "[Service]\nExecStart /bin/a\n" }] } }),
    'a line without "=": "ExecStart /bin/a"',
    "correct it",
  ],
];

describe("GIVEN a mistake in a fragment WHEN it is validated THEN one message says what it is, and what to write", () => {
  test.each(mistakes)("%s", (_, fragment, problem, remedy) => {
    expect(fragmentFindings(fragment)).toMatchObject([{ problem, remedy }]);
  });
});

test("GIVEN a key that the version does not know WHEN it is validated THEN the warning names the keys that it knows", () => {
  const [{ expected } = { expected: "" }] = fragmentFindings(spec(2, { kernelArgs: {} }));
  expect(expected).toBe("one of ignition, passwd, storage, systemd: Ignition ignores any other");
});

test("GIVEN what may be a secret in a fragment WHEN it is validated THEN no message has it", () => {
  const url = "https://user:s3cret@a/b%zz";
  const fragments = [
    file({ contents: { source: "data:;base64,s3cret" } }),
    file({ contents: { source: url } }),
    file({ contents: "s3cret\ns3cret" }),
    spec(2, { passwd: { users: [{ name: "core", passwordHash: ["s3cret"] }] } }),
  ];
  for (const fragment of fragments) {
    const found = fragmentFindings(fragment);
    expect(found).not.toEqual([]);
    expect(JSON.stringify(found)).not.toContain("s3cret");
  }
});
