import type { Properties } from "../../../components/node/operation/property-values.ts";
import { asProperties } from "../../../components/node/operation/types.ts";
import { portDescription } from "../../../components/ports/description.ts";
import { portName } from "../../../components/ports/names.ts";
import { allTimeouts, nodeInputs, owner, worker } from "../../support/node-fixtures.ts";
import type { NewPort } from "../cloud/neutron.ts";
import type { Boot } from "../cloud/nova.ts";
import type { Program, ServerState } from "./worker-stack.ts";

/** What the stack's config asks of its one worker. */
export interface Declaration {
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readmit: boolean;
}

export const { nodeName } = worker;
const [address = ""] = worker.fixedIps;
const configPath = "pools[metal]";

const drain = { ...nodeInputs.drain, timeout: 300, force: true };

/** Bounds of a worker's phases in seconds. */
const timeouts = allTimeouts(600);

export const claimInputs = (): Properties =>
  asProperties({ nodeName, owner, removeTimeout: 300, deleteTimeout: 600, drain, configPath });

export const portOf = (): NewPort => ({
  name: portName(nodeName, 0),
  description: portDescription(owner, []),
  ip: address,
});

export const serverOf = (image: string, port: string): Boot => ({
  name: nodeName,
  metadata: { owner, pool: "metal", image },
  ports: [port],
});

const joinInputs = ({ labels, readmit }: Declaration, server: ServerState): Properties =>
  asProperties({
    nodeName,
    owner,
    serverId: server.id,
    serverUrn: "urn:server",
    serverCreated: server.created,
    powerState: "active",
    fixedIps: worker.fixedIps,
    timeouts,
    drain,
    labels,
    taints: [],
    configPath,
    ...(readmit && { readmit }),
    hasDrain: true,
  });

/** What the program declares of the worker. */
export const programOf = (wanted: Declaration): Program => ({
  image: wanted.image,
  inputs: (name, server) => {
    switch (name) {
      case "NodeClaim":
        return claimInputs();
      case "NodeDrain":
        return asProperties({ nodeName, owner, serverId: server.id, drain, configPath });
      case "OpenShiftNode":
        return joinInputs(wanted, server);
      case "PoolMembership": {
        const members = [{ nodeName, serverId: server.id }];
        return asProperties({ pool: "metal", owner, members, cordonTimeout: 300, configPath });
      }
    }
  },
});
