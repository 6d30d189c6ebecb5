import { createHash } from "node:crypto";
import { portName } from "../ports/names.ts";
import type { WorkerInCloud } from "./in-cloud.ts";

/** Characters that a value of a server's metadata may have in Nova (nova/api/validation/parameter_types.py, metadata). */
const longestValue = 255;

/** The ports of a server as a value of its metadata: their ids or, of more than six, what differs where these do. */
export function portsValue(ids: readonly string[]): string {
  const text = ids.join(",");
  return text.length <= longestValue ? text : createHash("sha256").update(text).digest("hex");
}

/** How many ports such a value names; 1: at least one, if it is a hash. */
export const portsNamed = (value: string): number => value.split(",").length;

/** The key of a server's metadata that names its ports. */
export const portsKey = "metadata.ports";

/**
 * How a server whose ports are others than before is found out. The provider does not read the ids of a server's ports when
 * it imports (terraform-provider-openstack 1.54.1, flattenInstanceNetworks): compared with the program's they would replace
 * it. So they are ignored one by one, and the metadata is compared, which the provider does read.
 *
 * Only the ids are: `networks` as a whole keeps taking the server with a port that is replaced. For that the engine asks the
 * provider what comes of a `networks` that is not known yet, without what the server ignores (pulumi/pulumi,
 * pkg/resource/deploy/step_generator.go, calculateDependentReplacements); the bridge drops the differences of the ignored
 * paths alone, not that of the list's length (pulumi-terraform-bridge, pkg/tfshim/sdk-v2/instance_diff.go).
 */
export function portOptions(
  worker: string,
  count: number,
  { portRecord, ports }: Pick<WorkerInCloud, "portRecord" | "ports">,
): { readonly ignored: readonly string[]; readonly replacing: readonly string[] } {
  if (portRecord === "unrecorded") return { ignored: [], replacing: [] };
  if (portRecord === "unread") return { ignored: ["networks"], replacing: [portsKey] };
  // a path that only one side has is a remark of the engine's
  const known = Array.from({ length: count }, (_, i) => i).filter((i) => ports?.has(portName(worker, i)) ?? true);
  const ids = known.map((i) => `networks[${i}].port`);
  if (portRecord === "recorded") return { ignored: ids, replacing: [portsKey] };
  // what nobody knows is left as it is
  return { ignored: portRecord === "unknown" ? [...ids, portsKey] : ids, replacing: [] };
}
