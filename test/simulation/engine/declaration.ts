import type { Properties } from "../../../components/node/operation/property-values.ts";
import { asProperties } from "../../../components/node/operation/types.ts";
import { portDescription } from "../../../components/ports/description.ts";
import { portName } from "../../../components/ports/names.ts";
import { allTimeouts, nodeInputs, owner, worker } from "../../support/node-fixtures.ts";
import type { NewPort } from "../cloud/neutron.ts";
import type { Boot } from "../cloud/nova.ts";

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

export const serverOf = ({ image }: Declaration, port: string): Boot => ({
  name: nodeName,
  metadata: { owner, pool: "metal", image },
  ports: [port],
});

export const drainInputs = (serverId: string): Properties =>
  asProperties({ nodeName, owner, serverId, drain, configPath });

export const joinInputs = (
  { labels, readmit }: Declaration,
  server: { readonly id: string; readonly created: string },
): Properties =>
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

export const membershipInputs = (serverId: string): Properties =>
  asProperties({ pool: "metal", owner, members: [{ nodeName, serverId }], cordonTimeout: 300, configPath });
