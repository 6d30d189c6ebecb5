import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { folderOf, isUnreadableState, unreadableStateRemedy } from "../../../../infra/cli/unreadable-state.ts";

const whole = JSON.stringify({ version: 3, checkpoint: { stack: "prod" } });
const cut = whole.slice(0, 20);

describe("GIVEN a state of a file backend that Pulumi cannot read", () => {
  let folder: string;
  const stacks = (name: string): string => path.join(folder, ".pulumi/stacks/metal", name);
  const backups = (name: string): string => path.join(folder, ".pulumi/backups/metal/prod", name);
  const remedy = (options = "") =>
    unreadableStateRemedy({ backend: `file://${folder}${options}`, project: "metal", stack: "prod" });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "backend-"));
    await mkdir(stacks(""), { recursive: true });
    await mkdir(backups(""), { recursive: true });
    await writeFile(stacks("prod.json"), cut);
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Writes a copy of the end of a command. @param age in s */
  async function backup(name: string, text: string, age: number): Promise<void> {
    await writeFile(backups(name), text);
    const at = Date.now() / 1000 - age;
    await utimes(backups(name), at, at);
  }

  test("WHEN the copy of the step before is whole THEN it is put back, and the command repeated", async () => {
    await writeFile(stacks("prod.json.bak"), whole);
    await backup("prod.1.json", whole, 0);
    const text = await remedy("?metadata=skip");
    expect(text).toContain(`\n    cp '${stacks("prod.json.bak")}' '${stacks("prod.json")}'\n`);
    expect(text).toContain("Then repeat the command that was interrupted");
    expect(text).toContain(`Free space in ${folder};`);
  });

  test.each([
    ["cut, too", cut],
    ["empty", ""],
    ["whole JSON, but no state", "{}"],
  ])("WHEN that copy is %s THEN the newest whole one of an earlier command is, and up comes first", async (_, text) => {
    await writeFile(stacks("prod.json.bak"), text);
    await backup("prod.1.json", whole, 20);
    await backup("prod.2.json", whole, 10);
    await backup("prod.3.json", "", 0);
    expect(await remedy()).toContain(`\n    cp '${backups("prod.2.json")}' '${stacks("prod.json")}'\n`);
    expect(await remedy()).toContain("run it, also before a `pulumi destroy`");
  });

  test("WHEN no copy is whole THEN the way begins with an empty state, which up fills", async () => {
    expect(await remedy()).toContain(`\n    rm '${stacks("prod.json")}'\n    pulumi stack init prod\n`);
    expect(await remedy()).toContain("`pulumi up` takes over what the state does not have");
  });

  test("WHEN the file of the state itself cannot be read THEN that is said, and nothing is removed", async () => {
    await rm(stacks("prod.json"));
    await mkdir(stacks("prod.json"));
    const text = await remedy();
    expect(text).toMatch(/EISDIR/);
    expect(text).not.toMatch(/rm |cp /);
  });

  test("WHEN no copy of it can be read THEN it is not given up for lost", async () => {
    await mkdir(stacks("prod.json.bak"));
    const text = await remedy();
    expect(text).toMatch(/EISDIR/);
    expect(text).not.toMatch(/rm |cp /);
  });

  test.each([".gz", ".zst"])(
    "WHEN it is compressed (%s) THEN nothing is said of files that are not there",
    async (ext) => {
      await rm(stacks("prod.json"));
      await writeFile(stacks(`prod.json${ext}`), cut);
      expect(await remedy()).toBeUndefined();
    },
  );

  test("WHEN its folder has a quotation mark in its name THEN the commands are the shell's words", async () => {
    await writeFile(stacks("prod.json.bak"), whole);
    const quoted = path.join(folder, "o'brien");
    await cp(path.join(folder, ".pulumi"), path.join(quoted, ".pulumi"), { recursive: true });
    const text = await unreadableStateRemedy({ backend: `file://${quoted}`, project: "metal", stack: "prod" });
    expect(text).toContain(`\n    cp '${folder}/o'\\''brien/.pulumi/stacks/metal/prod.json.bak' '`);
  });

  test("WHEN only the attributes beside it are not whole THEN they are removed, and the state stays", async () => {
    await writeFile(stacks("prod.json"), whole);
    expect(await remedy()).toContain(`\n    rm '${stacks("prod.json")}.attrs'\n`);
  });
});

test("GIVEN the backend of the home folder WHEN its state cannot be read THEN it is looked for in that folder", () => {
  expect(folderOf("file://~")).toBe(homedir());
});

test.each(["https://api.pulumi.com/someone", "s3://bucket?region=eu"])(
  "GIVEN the backend %s WHEN its state cannot be read THEN nothing is said of files",
  async (backend) => {
    expect(await unreadableStateRemedy({ backend, project: "metal", stack: "prod" })).toBeUndefined();
  },
);

test.each([
  ["error: failed to load checkpoint: place 1: unexpected end of JSON input", true],
  ["error: failed to load checkpoint: EOF", true],
  ["error: no stack named 'prod' found", false],
])("GIVEN that pulumi prints %j THEN the state is taken for unreadable: %p", (printed, expected) => {
  expect(isUnreadableState(printed)).toBe(expected);
});
