import { portsValue } from "../../../components/server/port-options.ts";
import type { ExistingPort, ExistingServer } from "../../discovery/facts.ts";

/**
 * Whether what the cloud has of a worker, and the state has not, is taken over into the state; and whether what both have stays.
 * Pure.
 *
 * The engine imports a resource only where nothing would be replaced, and an interrupted command may have been one with
 * another config: what is not as the config says is refused, with what to do about it.
 */

/** What becomes of a server or a port of the worker's name. */
export type TakeOver =
  /** the cloud has none, the state has it, or it is not this stack's, which is said elsewhere */
  | { readonly verdict: "none" }
  | { readonly verdict: "take over"; readonly id: string }
  | {
      readonly verdict: "refuse";
      /** why, after the name of the object */
      readonly problem: string;
      readonly expected: string;
      readonly remedy: string;
    };

const none: TakeOver = { verdict: "none" };

/**
 * Whether the state has one that the cloud does not have under that name. It was deleted in order to be replaced, and the
 * command was interrupted before the state had its successor, or the state is older than the worker. With the successor's id
 * as `import` the engine would replace the one by the other (pulumi/pulumi, pkg/resource/deploy/step_generator.go,
 * NewImportReplacementStep), and delete again what is in the state.
 */
const isOther = (stateId: string, own: readonly { readonly id: string }[]): boolean =>
  stateId !== "" && !own.some(({ id }) => id === stateId);

const otherPort = (name: string, stateId: string, { id }: ExistingPort): TakeOver => ({
  verdict: "refuse",
  problem: `port ${name} (${id}) is this stack's, but its state has another of that name (${stateId}), which the cloud has not`,
  expected: "the same in both: a replacement that was interrupted leaves its port",
  remedy: `if no server uses it (openstack port show -c device_id ${id}): openstack port delete ${id}, then run \`pulumi up\``,
});

/**
 * A refresh forgets what is gone, but not what a replacement has deleted and the state keeps as `pendingReplacement`
 * (pulumi/pulumi, pkg/resource/deploy/step.go, RefreshStep.Apply). Which of both it is, the engine does not tell the program.
 */
const otherServer = ({ id }: ExistingServer, stateId: string, { name, hasNode }: ServerCandidate): TakeOver => ({
  verdict: "refuse",
  problem: `server ${name} (${id}) is this stack's, but its state has another of that name (${stateId}), which the cloud has not`,
  expected:
    "the same in both: a replacement that was interrupted leaves its server, and a state may be older than its workers",
  remedy: hasNode
    ? "run `pulumi refresh`, which forgets the one that is gone, then `pulumi up`, which takes this one over. If it says the " +
      "same again, the state keeps it for a replacement that was interrupted: pulumi state delete --target-dependents <the " +
      "server's URN in `pulumi stack --show-urns`>, then `pulumi up`"
    : `it has no Node: openstack server delete ${id}, then run \`pulumi up\`, which makes another`,
});

interface NamedTakeOver {
  readonly name: string;
  readonly takeOver: TakeOver;
}

/** What becomes of a worker's server, of its planned ports, in their order, then their subports, and of their trunks. */
export interface WorkerTakeOver {
  readonly server: TakeOver;
  readonly ports: readonly NamedTakeOver[];
  readonly trunks: readonly NamedTakeOver[];
}

/** A port of a worker, and what the cloud has by its name. */
export interface PortCandidate {
  readonly name: string;
  /** its id in the state; undefined: the state does not have it */
  readonly stateId: string | undefined;
  /** the stack's own */
  readonly own: readonly ExistingPort[];
  /** whether somebody else's has the name, too */
  readonly isShared: boolean;
  /** what of the only own one is not as the config says */
  readonly changes: readonly string[];
}

export function portTakeOver({ name, stateId, own, isShared, changes }: PortCandidate): TakeOver {
  const [found, ...others] = own;
  if (!found || isShared) return none;
  if (stateId !== undefined) return isOther(stateId, own) ? otherPort(name, stateId, found) : none;
  const ids = own.map(({ id }) => id).join(", ");
  const problem = `port ${name} (${ids}) is this stack's, but not in its state`;
  const remove = `if no server uses it (openstack port show -c device_id ${found.id}): openstack port delete ${found.id}`;
  if (others.length > 0) {
    return {
      verdict: "refuse",
      problem,
      expected: "one port of that name: `pulumi up` takes it over",
      remedy: "delete those that no server uses (openstack port show -c device_id <id>): openstack port delete <id>",
    };
  }
  if (changes.length > 0) {
    return {
      verdict: "refuse",
      problem: `${problem}, and not as the config says (${changes.join(", ")})`,
      expected: "what the config says: `pulumi up` takes it over, but replaces nothing that its state does not have",
      remedy: `take the edit back, run \`pulumi up\`, and edit again; or, ${remove}`,
    };
  }
  return { verdict: "take over", id: found.id };
}

/** A server of the worker's name, and what it depends on. */
export interface ServerCandidate {
  readonly name: string;
  /** its id in the state; undefined: the state does not have it */
  readonly stateId: string | undefined;
  /** the stack's own */
  readonly own: readonly ExistingServer[];
  /** whether somebody else's has the name, too */
  readonly isShared: boolean;
  /** what of the only own one is not as the config says */
  readonly changes: readonly string[];
  /** its ports in the config's order */
  readonly ports: readonly {
    readonly name: string;
    readonly stateId: string | undefined;
    readonly takeOver: TakeOver;
  }[];
  /** whether the cluster has a Node of that name: then nothing may advise to delete the server */
  readonly hasNode: boolean;
}

export function serverTakeOver(candidate: ServerCandidate): TakeOver {
  const { own, stateId, isShared } = candidate;
  const [server, ...others] = own;
  if (!server || others.length > 0 || isShared) return none;
  if (stateId === server.id) return isForgotten(server, candidate) ? leavingServer(server, candidate) : none;
  if (stateId !== undefined) return isOther(stateId, own) ? otherServer(server, stateId, candidate) : none;
  return refusal(server, candidate) ?? { verdict: "take over", id: server.id };
}

/**
 * Whether a server is going without this command's wish, as after a destroy that was killed. To the engine it is still there:
 * its Node would be declared once more, and vanish as soon as the command has ended. One that is to be replaced the engine
 * deletes again, and waits until it is gone.
 */
const isForgotten = ({ progress }: ExistingServer, { changes }: ServerCandidate): boolean =>
  progress === "leaving" && changes.length === 0;

const leavingServer = ({ id }: ExistingServer, { name }: ServerCandidate): TakeOver => ({
  verdict: "refuse",
  problem: `server ${name} (${id}) is in this stack's state, and is being deleted`,
  expected: "a server that stays: `pulumi up` would not make another while its state has this one",
  remedy:
    `wait until it is gone (openstack server show ${id}), then run \`pulumi refresh\`, which forgets it, and \`pulumi up\`, ` +
    "which makes another",
});

function refusal(server: ExistingServer, { name, changes, ports, hasNode }: ServerCandidate): TakeOver | undefined {
  const problem = `server ${name} (${server.id}) is this stack's, but not in its state`;
  const remove = `openstack server delete ${server.id}, then run \`pulumi up\`, which makes another`;
  const orRemove = hasNode ? "" : `; or, to have a new one: ${remove}`;
  if (server.progress === "leaving") {
    return {
      verdict: "refuse",
      problem: `${problem}, and is being deleted`,
      expected: "no server of that name any more",
      remedy: `wait until it is gone (openstack server show ${server.id}), then run the command again`,
    };
  }
  if (server.failure !== undefined) {
    return {
      verdict: "refuse",
      problem: `${problem}, and is in ERROR: ${server.failure}`,
      expected: "a server that can become a worker: `pulumi up` takes it over",
      remedy: hasNode
        ? "repair the server (openstack server show), then run the command again"
        : `fix the cause, then: ${remove}`,
    };
  }
  const unlike = [...changes, ...portProblems(server, ports)];
  if (unlike.length === 0) return undefined;
  return {
    verdict: "refuse",
    problem: `${problem}, and not as the config says (${unlike.join(", ")})`,
    expected: "what the config says: `pulumi up` takes it over, but replaces nothing that its state does not have",
    remedy: `take the edit back, run \`pulumi up\`, and edit again${orRemove}`,
  };
}

/** Why the server has not exactly the ports that the config asks for. */
function portProblems({ made }: ExistingServer, ports: ServerCandidate["ports"]): string[] {
  const missing = ports.filter(({ stateId, takeOver }) => stateId === undefined && takeOver.verdict !== "take over");
  if (missing.length > 0) return missing.map(({ name }) => `its port ${name} is not found, or not this stack's`);
  const ids = ports.flatMap(
    ({ stateId, takeOver }) => stateId ?? (takeOver.verdict === "take over" ? takeOver.id : []),
  );
  return made.ports === undefined || made.ports === portsValue(ids) ? [] : ["it was made with other ports"];
}
