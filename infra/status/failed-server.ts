import { attemptOf } from "../../components/server/attempt.ts";
import { poolPath } from "../config/paths.ts";
import type { ServerStatus } from "../discovery/cloud/project.ts";
import { attemptText, failedBuild } from "../preflight/changes/failed-build.ts";
import { up } from "./commands.ts";
import type { PoolWorker } from "./observation.ts";

/** What is known of the worker of a server that has failed. */
interface Failed {
  readonly stack: string;
  readonly server: ServerStatus;
  /** undefined: the config does not have it */
  readonly wanted: PoolWorker | undefined;
  /** whether the cluster has its Node; undefined: it could not be read */
  readonly hasNode: boolean | undefined;
  /** replaces the server */
  readonly replace: string;
}

/** What is wrong with a server in ERROR, and whether the next `up` replaces it by itself; undefined: it is not in ERROR. */
export function failedServerRemark({
  stack,
  server,
  wanted,
  hasNode,
  replace,
}: Failed): { readonly problem: string; readonly command: string } | undefined {
  if (server.failure === undefined) return undefined;
  const problem = `is in ERROR: ${server.failure}`;
  if (!wanted || hasNode === undefined) return { problem, command: replace };
  const build = failedBuild({
    server,
    attempt: attemptOf(server.made.attempt),
    attempts: wanted.pool.provision.attempts,
    isEdited: false,
    hasNode,
    pool: poolPath(wanted.pool.name),
  });
  if (build.verdict === "replace")
    return { problem: `${problem}; \`pulumi up\` replaces it (${attemptText(build)})`, command: up(stack) };
  if (build.verdict === "used up")
    return { problem: `${problem}; attempts used up: ${build.attempts}`, command: replace };
  if (build.verdict !== "lasting fault") return { problem, command: replace };
  const { cause, remedy } = build.fault;
  return { problem: `${problem}; ${cause}: ${remedy}`, command: replace };
}
