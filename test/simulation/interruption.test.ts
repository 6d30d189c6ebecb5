import { beforeAll, describe, expect, test } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { format } from "prettier";
import { repo } from "../lab/settings.ts";
import { makeRequests, type RequestTexts } from "./actors/requests.ts";
import type { FaultPlan } from "./faults/plan.ts";
import { inOrder } from "./run/schedules.ts";
import { attach, quietAttach } from "./scenarios/attach.ts";
import { detach, quietDetach } from "./scenarios/detach.ts";
import { attachAndDetach, quietLife } from "./scenarios/lives.ts";
import { interruptionDocument, type Interruption, interruptions } from "./scenarios/interruption.ts";
import { type Outcome, ownErrors } from "./scenarios/setting.ts";

let requests: { kubelet: RequestTexts; impostor: RequestTexts };
beforeAll(async () => {
  // the client is loaded when it is first needed: in a run, the time that takes would be real
  await import("../../components/openstack/client.ts");
  requests = { kubelet: await makeRequests(), impostor: await makeRequests() };
});

const up = (plan: FaultPlan): Promise<Outcome> => attach(inOrder(), { ...quietAttach, plan }, requests);
const upThenDestroy = (plan: FaultPlan): Promise<Outcome> =>
  attach(inOrder(), { ...quietAttach, plan, destroys: true }, requests);
const destroy = (plan: FaultPlan): Promise<Outcome> => detach(inOrder(), { ...quietDetach, plan });
const withCloud = (plan: FaultPlan): Promise<Outcome> => {
  const { kubelet, impostor } = requests;
  const wanted = { image: "rhcos", labels: {}, readmit: false };
  return attachAndDetach(inOrder(), { ...quietLife, plan }, { disks: [kubelet], impostor }, wanted);
};

const commands = [
  {
    title: "Join: `pulumi up`, then `pulumi up`",
    text: "A new worker; the same command follows.",
    run: up,
  },
  {
    title: "Join: `pulumi up`, then `pulumi destroy`",
    text: "A new worker; `pulumi destroy` follows at once, while the machine boots, joins and takes pods.",
    run: upThenDestroy,
  },
  {
    title: "Drain and claim: `pulumi destroy`",
    text: "A worker with two pods, of which a disruption budget lets one go at a time; the same command follows.",
    run: destroy,
  },
  {
    title: "Claim and cloud: `pulumi up`, then `pulumi destroy`",
    text: "A new worker with its port and its server; `pulumi destroy` follows at once, and removes what the state does not know.",
    run: withCloud,
  },
];

describe.each(commands)("GIVEN $title, WHEN the plugin is killed after its write i, for every i", ({ run }) => {
  test("THEN what is there in the end is what an undisturbed run has", async () => {
    const undisturbed = await run([]);
    const all = await interruptions(run);
    expect(all.length).toBeGreaterThan(3);
    for (const { outcome } of all) {
      expect({ rest: outcome.rest, errors: ownErrors(outcome) }).toEqual({ rest: undisturbed.rest, errors: [] });
    }
  });
});

test("GIVEN the table of interruptions WHEN the simulation is run THEN the document has what it shows", async () => {
  const tables: { title: string; text: string; all: Interruption[] }[] = [];
  for (const { title, text, run } of commands) tables.push({ title, text, all: await interruptions(run) });
  const document = await format(interruptionDocument(tables), { parser: "markdown", printWidth: 120 });
  const file = path.join(repo, "docs/interruption.md");
  if (process.env["INTERRUPTION"] === "write") await writeFile(file, document);
  expect(await readFile(file, "utf8")).toBe(document);
});
