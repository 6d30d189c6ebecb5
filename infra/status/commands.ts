import type { PoolConfig } from "../config/load.ts";

/** What a user types. Arguments with characters of the shell are quoted. */

export const up = (stack: string): string => `pulumi up --stack ${stack}`;

/** A refresh shows the engine what is gone: without it the state counts. */
export const upWithRefresh = (stack: string): string => `${up(stack)} --refresh`;

/** @param urn of a server; or a name, found by the end of its URN */
export const replaceUrn = (stack: string, urn: string): string => `${up(stack)} --replace '${urn}'`;

export const replaceServer = (stack: string, name: string): string => replaceUrn(stack, `**:Instance::${name}`);

/** What repairs a worker that is not Ready: an update, if the config lists it. */
export const repairWorker = (stack: string, { repair }: Pick<PoolConfig, "repair">, name: string): string =>
  repair.includes(name) ? up(stack) : `npm run repair -- --stack ${stack} ${name}`;

export const doctor = (stack: string): string => `npm run doctor -- --stack ${stack}`;

export const deleteNode = (name: string): string => `oc delete node ${name}`;

export const drainNode = (name: string): string => `oc adm drain ${name} --ignore-daemonsets --delete-emptydir-data`;
