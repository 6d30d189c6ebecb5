import { changed } from "../../../components/lib/changed.ts";
import type { PlannedPort } from "../../../components/ports/plan.ts";
import type { PoolSpec } from "../../../components/worker-pool.ts";
import type { PoolConfig } from "../../config/load.ts";
import type { WantedWorker } from "../../config/workers.ts";
import type { ExistingServer } from "../../discovery/facts.ts";
import { type ExistingPorts, portChanges, type Reason } from "./ports.ts";
import { isSpread } from "./zones.ts";

interface Wanted {
  readonly pool: PoolConfig;
  readonly spec: PoolSpec;
  readonly worker: WantedWorker;
}

const reasons = (isOwn: boolean, texts: readonly string[]): Reason[] => texts.map((reason) => ({ reason, isOwn }));

/** Why a server would be replaced, according to its metadata and its ports. */
export function replacementReasons(
  { pool, spec, worker }: Wanted,
  server: ExistingServer,
  planned: readonly PlannedPort[],
  existing: ExistingPorts,
): Reason[] {
  const { flavor, image, availabilityZone } = server.made;
  const zone = isSpread(pool, worker) ? [] : changed("availabilityZone", availabilityZone, worker.availabilityZone);
  return [
    ...reasons(false, flavor === undefined ? [] : changed("flavor", flavor, pool.flavor)),
    ...reasons(false, image === undefined ? [] : changed("image", image, pool.image)),
    ...reasons(true, zone),
    ...portChanges(worker, pool.networks.length, planned, existing),
    ...reasons(false, pool.ignition.onChange === "replace" ? payloadChange(spec, server) : []),
  ];
}

export function payloadChange({ payload }: PoolSpec, { made }: ExistingServer): string[] {
  if (made.ignition === payload.hash) return [];
  return [made.ignition === undefined ? "its Ignition config is unknown" : "its Ignition config predates the edit"];
}
