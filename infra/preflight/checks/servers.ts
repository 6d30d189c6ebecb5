import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ExistingPort, PreflightFacts } from "../../discovery/facts.ts";
import type { ExaminedWorker } from "../changes/examine.ts";
import { attemptText, type FailedBuild } from "../changes/failed-build.ts";
import { createdWorkers, type PlannedChange } from "../changes/plan.ts";
import { poolPath } from "../../config/paths.ts";
import { wantedWorkers } from "./names.ts";
import { perhapsStrayPort } from "./stray-ports.ts";

/** The role that may choose a machine by Nova's default policy: context_is_admin in policies/servers.py. */
const administrator = "admin";

/** New servers on a named machine, if the account may not choose one. Nova itself would reject them late. */
function pinned(config: Config, facts: PreflightFacts, changes: readonly PlannedChange[]): Diagnostic[] {
  if (facts.roles.includes(administrator)) return [];
  const created = createdWorkers(changes);
  return wantedWorkers(config, facts).flatMap(({ name, path, availabilityZone }) => {
    if (!availabilityZone?.includes(":") || !created.has(name)) return [];
    return {
      check: "pinned-machine",
      path: `${path}.availabilityZone`,
      problem: `"${availabilityZone}" names a machine, and the account's roles are: ${facts.roles.join(", ")}`,
      expected: `the role ${administrator}: by default Nova allows no other role to choose a machine (policy os_compute_api:servers:create:forced_host)`,
      remedy:
        "set the zone alone, or use an account with that role; if the cloud's policy allows another role, skip this check: preflight.skip: [pinned-machine]",
    };
  });
}

/** Ironic needs a free network card for each port; Nova's own message tells only administrators. */
function perhapsTooFewCards({ planned }: ExaminedWorker): string {
  if (planned.length < 2) return "";
  return `; a possible cause: the machine has fewer than ${planned.length} network cards on the physical networks of its ports`;
}

/**
 * The command that replaces a server, by the end of its URN. What it depends on is no error: the program does not learn that
 * the command is given, and would refuse it.
 */
export const replaceCommand = (name: string): string => `pulumi up --replace '**:Instance::${name}'`;

/**
 * The same where others have failed, too: the engine begins nothing after an error, and those that stay in ERROR make one at
 * once. The server would be left as it is, or be deleted only: the next update creates it then.
 */
const replaceOneOfSeveral = (name: string): string => `${replaceCommand(name)} --continue-on-error`;

/** What becomes of a server that has failed, and what is to be done. */
function prospect(build: FailedBuild, command: string, attemptsPath: string): { tried: string; remedy: string } {
  const byHand = `then: ${command}`;
  switch (build.verdict) {
    case "replace":
      return { tried: "", remedy: `this \`up\` replaces it (${attemptText(build)}); if it fails again, fix the cause` };
    case "used up": {
      const times = build.attempts === 1 ? "1 attempt" : `${build.attempts} attempts`;
      return {
        tried: `, after ${times} (${attemptsPath})`,
        remedy: `\`pulumi up\` keeps it. Fix the cause, ${byHand}`,
      };
    }
    case "lasting fault": {
      const { cause, remedy } = build.fault;
      return { tried: "", remedy: `${cause}: ${remedy}; ${byHand}. \`pulumi up\` does not try it again as it is` };
    }
    case "has a Node":
      return {
        tried: "",
        remedy: `the cluster has its Node: repair the server (openstack server show), or fix the cause, ${byHand}`,
      };
    case "has run":
      return {
        tried: "",
        remedy: `it has run, and its disks may have data: repair it (openstack server show), or, if nobody needs them, ${byHand}`,
      };
    case "none":
      return {
        tried: "",
        remedy: "fix the cause, then run `pulumi up`: its error names the command that replaces the server",
      };
  }
}

/** Failed servers with Nova's reason, which the OpenStack provider does not report. */
function failed(workers: readonly ExaminedWorker[], ports: readonly ExistingPort[]): Diagnostic[] {
  const count = workers.filter(({ own }) => own.some(({ failure }) => failure !== undefined)).length;
  const command = count > 1 ? replaceOneOfSeveral : replaceCommand;
  return workers.flatMap((examined) =>
    examined.own.flatMap(({ id, name, failure }) => {
      if (failure === undefined) return [];
      const attemptsPath = `${poolPath(examined.pool.name)}.provision.attempts`;
      const { tried, remedy } =
        examined.repair.verdict === "replace"
          ? { tried: "", remedy: `this \`up\` replaces it (repair: ${examined.repair.reason})` }
          : prospect(examined.build, command(name), attemptsPath);
      return {
        check: "failed-server",
        path: examined.worker.path,
        problem: `server ${name} (${id}) is in ERROR${tried}: ${failure}${perhapsTooFewCards(examined)}${perhapsStrayPort(failure, ports)}`,
        expected: "status ACTIVE",
        remedy,
        warning: true as const,
      };
    }),
  );
}

/** Servers that cannot be created, and servers that have failed. */
export function serverDiagnostics(
  config: Config,
  facts: PreflightFacts,
  changes: readonly PlannedChange[],
  workers: readonly ExaminedWorker[],
): Diagnostic[] {
  return [...pinned(config, facts, changes), ...failed(workers, facts.checks.ports.value ?? [])];
}
