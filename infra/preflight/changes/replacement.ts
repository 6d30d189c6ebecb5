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

/** Why a server would be replaced, according to its metadata and its ports. */
export function replacementReasons(
  { pool, spec, worker }: Wanted,
  server: ExistingServer,
  planned: readonly PlannedPort[],
  existing: ExistingPorts,
): Reason[] {
  const { flavor, image, availabilityZone } = server.made;
  const ofPool = [
    ...(flavor === undefined ? [] : changed("flavor", flavor, pool.flavor)),
    ...(image === undefined ? [] : changed("image", image, pool.image)),
  ];
  const zone = isSpread(pool, worker) ? [] : changed("availabilityZone", availabilityZone, worker.availabilityZone);
  return [
    ...ofPool.map((reason) => ({ reason, isOwn: false })),
    ...zone.map((reason) => ({ reason, isOwn: true })),
    ...portChanges(worker, pool.networks.length, planned, existing),
    ...(pool.ignition.onChange === "replace" ? payloadChange(spec, server) : []).map((reason) => ({
      reason,
      isOwn: false,
    })),
  ];
}

export function payloadChange({ payload }: PoolSpec, { made }: ExistingServer): string[] {
  if (made.ignition === payload.hash) return [];
  return [made.ignition === undefined ? "its Ignition config is unknown" : "its Ignition config predates the edit"];
}
