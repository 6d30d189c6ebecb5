import pMap from "p-map";
import { humanDuration } from "../../lib/duration.ts";
import { reasonOf, UserError } from "../../lib/errors.ts";
import { Cancelled } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { cordon } from "../drain/cordon.ts";
import { leaving, type Member } from "../metadata/ownership.ts";
import { listSection } from "../operation/messages.ts";
import { type Operation, PhaseTimeout, Timeline } from "../operation/phases.ts";
import { check } from "../schemas/check.ts";
import { membershipInputs } from "../schemas/pool-membership.ts";
import { type MembershipInputs, parseMembership } from "./inputs.ts";
import type { Known, Resource } from "./resource.ts";

/** Nodes cordoned at once. */
const parallel = 20;

/** Who belongs to a pool: openshift-node:index:PoolMembership. */
export function poolMembership(cluster: () => Promise<Cluster>): Resource {
  return {
    replacing: ["pool"],
    outputs: [],
    check: (inputs) => check(membershipInputs, inputs),
    drift: () => Promise.resolve([]),
    preview: () => undefined,
    create: (_operation, inputs) => Promise.resolve({ id: parseMembership(inputs).pool, state: inputs }),
    // a membership is a fact of this stack: nothing of the cluster changes it
    read: (_operation, known) => {
      if (known.state["members"] === undefined) {
        throw new UserError(`pool ${known.id}: a membership is made by \`pulumi up\` and cannot be imported`);
      }
      return Promise.resolve(known);
    },
    update: async (operation, known, properties) => {
      const { members, owner } = parseMembership(properties);
      const before = former(known);
      await cordonAll(cluster, operation, before, leaving(before.members, members), [before.owner, owner]);
      return properties;
    },
    delete: async (operation, known) => {
      const before = former(known);
      await cordonAll(cluster, operation, before, before.members, [before.owner]);
    },
  };
}

function former(known: Known): MembershipInputs {
  return parseMembership({ ...known.state, ...known.inputs });
}

/**
 * Cordons all leaving workers before any of them is drained, so that evicted pods are not scheduled on the next one. A Node
 * that is gone or belongs to another owner is skipped.
 *
 * @throws UserError that names the nodes that could not be cordoned
 */
async function cordonAll(
  cluster: () => Promise<Cluster>,
  operation: Operation,
  inputs: MembershipInputs,
  members: readonly Member[],
  owners: readonly [string, ...string[]],
): Promise<void> {
  if (members.length === 0) return;
  const open = new Map(members.map((it) => [it.nodeName, "not cordoned yet"]));
  const refused = new Map<string, string>();
  const phase = {
    name: "cordon",
    deadline: Date.now() + inputs.cordonTimeout * 1000,
    timeout: { seconds: inputs.cordonTimeout, key: `${inputs.configPath}.drain.timeout` },
    awaiting: () => awaitedCordons(open, refused, members.length),
  };
  const work = async (signal: AbortSignal) => {
    const connected = await cluster();
    await pMap(members, (it) => cordonOne(connected, operation, it, owners, { open, refused }, signal), {
      concurrency: parallel,
    });
    signal.throwIfAborted();
  };
  const reason = await outcome(new Timeline(operation).run(phase, work));
  if (reason === undefined && open.size === 0) return;
  throw new UserError(uncordoned(inputs, reason ?? "some nodes could not be cordoned", open, members.length));
}

/** The nodes that are not cordoned, each with the reason, and what the API server last said of those that it refused to cordon. */
interface Progress {
  readonly open: Map<string, string>;
  readonly refused: Map<string, string>;
}

/** For the resource's line: what is refused needs somebody. */
function awaitedCordons(open: Progress["open"], refused: Progress["refused"], total: number): string {
  const [first] = [...refused].filter(([name]) => open.has(name));
  const why = first === undefined ? "" : ` (node ${first[0]}: ${first[1]})`;
  return `${open.size} of ${total} nodes to be cordoned${why}`;
}

/** Removes the node from the open ones, or records there why it is not cordoned. */
async function cordonOne(
  cluster: Cluster,
  operation: Operation,
  member: Member,
  owners: readonly [string, ...string[]],
  { open, refused }: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { nodeName } = member;
  try {
    const found = await cordon(cluster, member, owners, signal, (reason) => refused.set(nodeName, reason));
    open.delete(nodeName);
    if (found.kind === "ours") cluster.cordoned.add(member.serverId);
    if (found.kind === "another server") {
      operation.log.warn(`Node ${nodeName} belongs to server ${found.server}: not cordoned`);
    }
    if (found.kind === "another owner") {
      operation.log.warn(`Node ${nodeName} is annotated as a worker of ${found.owner}: not cordoned`);
    }
  } catch (error) {
    const { lastError } = cluster.nodes;
    const reason = lastError === undefined ? (refused.get(nodeName) ?? "no answer yet") : `API server: ${lastError}`;
    open.set(nodeName, signal.aborted ? reason : reasonOf(error));
  }
}

/** Why the phase ended before its work was done, undefined if it was done. */
async function outcome(phase: Promise<void>): Promise<string | undefined> {
  try {
    await phase;
    return undefined;
  } catch (error) {
    if (error instanceof Cancelled) return "cancelled";
    if (!(error instanceof PhaseTimeout)) throw error;
    const { elapsed, phase: late, capped } = error;
    const by = capped ? "the resource's customTimeouts" : late.timeout.key;
    return `not all of its leaving nodes were cordoned within ${humanDuration(elapsed)} (${by})`;
  }
}

function uncordoned(
  { pool }: MembershipInputs,
  reason: string,
  open: ReadonlyMap<string, string>,
  total: number,
): string {
  return [
    `pool ${pool}: ${reason}. No pod was evicted and no server touched.`,
    ...listSection(
      `Not cordoned (${open.size} of ${total})`,
      [...open].map(([name, why]) => `node ${name}: ${why}`),
    ),
    "Run the same command again to continue. To keep the workers, put them back in the config and run `pulumi up`: it uncordons them.",
  ].join("\n");
}
