import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import type { ExaminedWorker } from "../changes/examine.ts";
import type { TakeOver } from "../changes/take-over.ts";

const serverName = diagnosticOf("server-name");
const portName = diagnosticOf("port-name");

function refused(takeOver: TakeOver, path: string, diagnostic: typeof serverName): Diagnostic[] {
  if (takeOver.verdict !== "refuse") return [];
  const { problem, expected, remedy } = takeOver;
  return [diagnostic({ path, problem, expected, remedy })];
}

/**
 * Who joins is in a state before that: a Node on a server that is taken over was some other state's, if nobody attached it by
 * hand. Owners are names, and every backend of one's own may have a stack of this name: its state may be alive.
 */
function liveWorkers(workers: readonly ExaminedWorker[], { nodes }: PreflightFacts["cluster"]): Diagnostic[] {
  const servers = new Map(nodes.map(({ name, serverId }) => [name, serverId]));
  const live = workers.flatMap(({ worker: { name }, takeOver: { server }, adoption }) =>
    adoption.verdict !== "adopt" && server.verdict === "take over" && servers.get(name) === server.id ? name : [],
  );
  if (live.length === 0) return [];
  return [
    serverName({
      path: "pools",
      problem: `${live.join(", ")}: taken over with a Node, which this stack's state has not`,
      expected: "a state that was lost or is older than its workers, or workers that were attached by hand",
      remedy:
        "if the state is in another backend (pulumi whoami --verbose), run `pulumi up` there, not here: two states of one worker detach it " +
        "behind each other's back",
      warning: true,
    }),
  ];
}

/** Servers, ports and trunks of this stack that are not in its state, and cannot be taken over, and servers of both that are going. */
export function takeOverDiagnostics(
  workers: readonly ExaminedWorker[],
  { state, cluster }: Pick<PreflightFacts, "state" | "cluster">,
): Diagnostic[] {
  const unread = state?.error;
  if (unread !== undefined) {
    return [
      serverName({
        path: "pools",
        problem: `the engine does not tell what this stack's state has: ${unread}`,
        expected: "its answer: without it, nothing that an interrupted command has left is taken over",
        remedy:
          "use a CLI that this program was tested with (requiredPulumiVersion in Pulumi.yaml, and later ones); a duplicate that " +
          "is refused says what to type",
        warning: true,
      }),
    ];
  }
  return [
    ...liveWorkers(workers, cluster),
    ...workers.flatMap(({ worker: { path }, takeOver }) => [
      ...refused(takeOver.server, path, serverName),
      ...[...takeOver.ports, ...takeOver.trunks].flatMap((each) => refused(each.takeOver, path, portName)),
    ]),
  ];
}
