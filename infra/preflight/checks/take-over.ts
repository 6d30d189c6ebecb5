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

/** Servers and ports of this stack that are not in its state, and cannot be taken over, and servers of both that are going. */
export function takeOverDiagnostics(
  workers: readonly ExaminedWorker[],
  { state }: Pick<PreflightFacts, "state">,
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
  return workers.flatMap(({ worker: { path }, takeOver }) => [
    ...refused(takeOver.server, path, serverName),
    ...takeOver.ports.flatMap((port) => refused(port.takeOver, path, portName)),
  ]);
}
