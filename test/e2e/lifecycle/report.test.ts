/** @shared workers of a pool of its own, whose attach, replacement and detach are reported */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Preflight, Project, succeeded } from "../support/project.ts";

const own = new OwnPool("pictured");
const [first, second] = [own.worker(0), own.worker(1)];

/** What the page says of its bars, as `lab-7x2kq-pictured-0: boot 12s`. */
const barsOf = (html: string): string[] =>
  [...html.matchAll(/<title>([^<]+)<\/title\s*>/g)].map(([, text]) => text ?? "");
const phasesOf = (html: string, worker: string): string[] =>
  barsOf(html).flatMap((text) => new RegExp(`^${worker}: ([a-zA-Z ]+) \\d`).exec(text)?.[1] ?? []);

const joined = ["claim", "ports", "provision", "boot", "registration", "serving CSR", "ready"];

describe("GIVEN a pool, and updates that write their event logs", () => {
  const cleanup = new Cleanup();
  let project: Project;
  const file = (name: string): string => path.join(project.folder, name);
  const configure = async (change: object): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, replicas: 2, ...change }) });

  /** Runs the update, and reports it. */
  async function reported(name: string, command: "up" | "destroy"): Promise<string> {
    succeeded(await project[command]("--event-log", file(`${name}.json`)));
    const run = await report("--event-log", file(`${name}.json`), "--out", file(`${name}.html`));
    expect(run).toMatchObject({ code: 0 });
    return readFile(file(`${name}.html`), "utf8");
  }
  const report = (...args: readonly string[]): Promise<Preflight> => project.report(...args);

  beforeAll(async () => {
    const variables = { PULUMI_DEBUG_COMMANDS: "true" };
    project = await Project.withPool("report", { name: own.name, replicas: 2 }, {}, variables);
    cleanup.push(() => project.destroy());
  });
  afterAll(cleanup.run);

  describe("WHEN two workers are attached", () => {
    let html = "";
    beforeAll(async () => {
      html = await reported("attached", "up");
    });

    test("THEN the report has every phase of both, from the claim to Ready", () => {
      for (const worker of [first, second]) expect(phasesOf(html, worker)).toEqual(expect.arrayContaining(joined));
    });

    test("THEN it has their servers, ports and Nodes, and preflight without errors", async () => {
      for (const { id } of await own.servers()) expect(html).toContain(id);
      for (const worker of [first, second]) expect(html).toContain(`${worker}-port-0`);
      expect(html).toContain("No errors or warnings");
    });

    test("THEN without an event log it has the joins by the outputs", async () => {
      expect(await report("--out", file("outputs.html"))).toMatchObject({ code: 0 });
      const page = await readFile(file("outputs.html"), "utf8");
      expect(phasesOf(page, first)).toEqual(["boot", "registration", "serving CSR", "ready"]);
    });
  });

  describe("WHEN they are replaced", () => {
    let html = "";
    beforeAll(async () => {
      await configure({ image: openstack.nextImage });
      html = await reported("replaced", "up");
    });

    test("THEN the report has their drains, the removal of their servers, and their joins", () => {
      // the claim and the ports stay
      const expected = ["cordon", "drain", "server removal", ...joined.slice(2)];
      for (const worker of [first, second]) expect(phasesOf(html, worker)).toEqual(expect.arrayContaining(expected));
    });

    test("THEN it has two waves, and one worker in service at least", () => {
      expect(barsOf(html)).toEqual(expect.arrayContaining([`wave 1: ${first}`, `wave 2: ${second}`]));
      expect(html).toContain("At least 1 of 2 workers were in service");
    });
  });

  test("WHEN the stack is destroyed THEN the report has the detach to the removal of the Nodes", async () => {
    const html = await reported("destroyed", "destroy");
    const expected = ["cordon", "drain", "server removal", "port removal", "node removal"];
    for (const worker of [first, second]) expect(phasesOf(html, worker)).toEqual(expect.arrayContaining(expected));
  });

  test("WHEN the file is no event log THEN nothing is written, and the line and what to type are named", async () => {
    const { code, output } = await report("--event-log", file("Pulumi.yaml"), "--out", file("none.html"));
    expect(code).toBe(2);
    expect(output).toMatch(/^line 1 of the event log is no event .*pulumi up --event-log <file>$/m);
  });
});
