import type { PlannedPort } from "../../components/ports/plan.ts";
import type { Config, PoolConfig } from "../config/load.ts";
import type { PreflightFacts } from "../discovery/facts.ts";
import type { PortFacts } from "../discovery/read.ts";
import type { ExaminedWorker } from "./changes/examine.ts";
import { createsServer, type PlannedChange } from "./changes/plan.ts";
import { portedWorkers } from "./worker-ports.ts";

/** A port of a worker, with what the config says of it and whether this update creates it. */
export interface WorkerPort {
  readonly pool: PoolConfig;
  /** e.g. `pools[metal].networks[1]` */
  readonly path: string;
  /** path of its fixed address */
  readonly fixedIpPath: string;
  readonly config: PoolConfig["networks"][number];
  readonly facts: PortFacts;
  readonly planned: PlannedPort;
  readonly isNew: boolean;
  /** the cloud has it, in the subnets and with the addresses that the config says */
  readonly isPlaced: boolean;
}

/** The ports of all workers that were examined. A worker that is replaced keeps the ports that are as the config says. */
export function workerPorts(
  config: Pick<Config, "pools">,
  facts: PreflightFacts,
  workers: readonly ExaminedWorker[],
  changes: readonly PlannedChange[],
): WorkerPort[] {
  const examined = new Map(workers.map((each) => [each.worker.name, each]));
  const edited = new Map(changes.filter(createsServer).map((each) => [each.worker, each.editedPorts ?? []]));
  return portedWorkers(config, facts).flatMap(({ pool, worker, ports }) => {
    const known = examined.get(worker.name);
    const configs = [...pool.networks, ...worker.networks];
    return ports.flatMap((port, i): WorkerPort[] => {
      const [planned, own] = [known?.planned[i], configs[i]];
      if (!planned || !own) return [];
      const stays = known?.inCloud.placedPorts?.has(planned.name) === true;
      const isNew = edited.get(worker.name)?.includes(planned.name) ?? false;
      return [
        {
          ...port,
          pool,
          config: own,
          planned,
          fixedIpPath: i === 0 ? worker.fixedIpPath : `${port.path}.fixedIp`,
          isPlaced: stays,
          isNew: isNew || (edited.has(worker.name) && !stays),
        },
      ];
    });
  });
}

/** The first of each path: a problem of a port of the config is reported once, however many workers have the port. */
export const oncePerPath = (ports: readonly WorkerPort[]): WorkerPort[] => [
  ...new Map(ports.toReversed().map((port) => [port.path, port])).values(),
];
