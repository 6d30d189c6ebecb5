import type { Mutation } from "./apply.ts";

/**
 * Defects that the program had, each brought back by undoing its repair, and the simulation that must notice it: no lab is
 * needed, but schedules. `suite` is a file of test/simulation.
 */

const joins = "THEN whatever happens it is Ready in the end, or nothing is left of it";
const oneKey = "THEN no second key is approved for its server, however late it asks";
const drains = "THEN whatever happens no pod ends with its server, and the command succeeds in the end";
const rolls = "THEN no more workers that serve are taken out at once than the rollout allows";

const waves =
  "GIVEN a pool whose machines come and go WHEN it is rolled, killed and rolled again THEN never more are out than may be, and all are replaced";
const cleared =
  "THEN whatever happens nothing is left of it, nothing of another owner is touched, and no live node loses its server";
const container = "THEN whatever happens a container of ours goes with its objects, and another's stays";
const cutOff = "THEN nothing is left, and no live node has lost its server";

const followed = "THEN the declaration that follows is what is there in the end";

export const simulated: readonly Mutation[] = [
  {
    name: "nobody drains a worker whose join was killed",
    file: "components/node/resources/node-drain.ts",
    find: "drainOnce(await cluster(), operation,",
    replace: "void (await cluster(), operation,",
    suite: "join",
    red: joins,
  },
  {
    name: "who serves is looked up at the start alone",
    file: "components/worker-pool.ts",
    find: "preview: pulumi.runtime.isDryRun() ? serving : undefined,",
    replace: "preview: serving,",
    suite: "rollout",
    red: rolls,
  },
  {
    name: "no word of the pods of a Node that somebody deletes",
    file: "components/node/drain/drain.ts",
    find: 'if ((await this.#evictions.run(keepCordoned, signal)) === "no node") this.#warnOfOrphans();',
    replace: "await this.#evictions.run(keepCordoned, signal);",
    suite: "drain",
    red: drains,
  },
  {
    name: "the key that was approved not kept in the state",
    file: "components/node/resources/admission.ts",
    find: "const key = clientKey === undefined ? {} : { clientKey };",
    replace: "const key = {};",
    suite: "join",
    red: oneKey,
  },
  {
    name: "no retry of the metadata without an event",
    file: "components/node/join/join.ts",
    find: 'return this.#retryLater("the Node changed");',
    replace: "return undefined;",
    suite: "join",
    red: joins,
  },
  {
    name: "a drain that ends at the first look without a pod",
    file: "components/node/drain/minimum.ts",
    find: "export const minDrainTime = 5_000;",
    replace: "export const minDrainTime = 0;",
    suite: "drain",
    red: drains,
  },
  {
    name: "lists that may be old",
    file: "components/kubernetes/informer.ts",
    find: 'limit: "500", ...(next',
    replace: 'limit: "500", resourceVersion: "0", ...(next',
    suite: "drain",
    red: drains,
  },
  {
    name: "one look at the Nodes for all waves of a roll",
    file: "components/rollout/roll.ts",
    find: "this.#nodes = await currentNodes();",
    replace: "",
    suite: "waves",
    red: waves,
  },
  {
    name: "a wave that was planned before the last look",
    file: "components/rollout/roll.ts",
    find: "const wave = this.#waveOf(rest, serving(this.#nodes));",
    replace: "const wave = planned;",
    suite: "waves",
    red: waves,
  },
  {
    name: "a cordoned Node that is Ready counts as out of service",
    file: "infra/discovery/cluster/nodes.ts",
    find: 'return ready && !(spec.unschedulable && ofOperator(node, "state") === "Working");',
    replace: "return ready && !spec.unschedulable;",
    suite: "waves",
    red: waves,
  },
  {
    name: "a roll beside the machine-config operator",
    file: "components/rollout/roll.ts",
    find: "if (refusal === undefined) return;",
    replace: "if (refusal !== undefined) return;",
    suite: "waves",
    red: waves,
  },
  {
    name: "a claim removes a Node that this stack did not cordon",
    file: "components/node/metadata/release.ts",
    find: "return uncordoned(node);",
    replace: 'return { verdict: "remove" };',
    suite: "claims",
    red: cleared,
  },
  {
    name: "a claim removes a Node that has pods",
    file: "components/node/metadata/release.ts",
    find: 'return left.length === 0 || !reports(node) ? { verdict: "remove" } : undrained(node, left);',
    replace: 'return { verdict: "remove" };',
    suite: "claims",
    red: cleared,
  },
  {
    name: "a claim leaves what an interrupted command has left",
    file: "components/node/resources/node-claim.ts",
    find: "if (cloud && !operation.replacement) await removeLeftovers(cloud, operation, worker, drain);",
    replace: "void [cloud, operation, worker, drain, removeLeftovers];",
    suite: "lives",
    red: cutOff,
  },
  {
    name: "a claim removes a server of its name, whoever's it is",
    file: "components/node/leftovers/worker.ts",
    find: "named.filter((server) => isOwner(server.owner)).map(",
    replace: "named.map(",
    suite: "claims",
    red: cleared,
  },
  {
    name: "a claim takes a live node out of service",
    file: "components/node/resources/node-claim.ts",
    find: "if (isItsNode && !isCordonedBy(node, owners)) throw",
    replace: "if (isItsNode && isCordonedBy(node, [])) throw",
    suite: "claims",
    red: cleared,
  },
  {
    name: "a claim removes a container of its name, whoever's it is",
    file: "components/node/leftovers/container.ts",
    find: "if (found.owner === undefined || !ownersOf(inputs).includes(found.owner)) {",
    replace: "if (found.owner === inputs.container) {",
    suite: "claims",
    red: container,
  },
  {
    name: "a cloud that does not answer for once ends a deletion",
    file: "components/node/leftovers/stack-cloud.ts",
    find: "if (!isPassing(error)) throw error;",
    replace: "throw error;",
    suite: "claims",
    red: cleared,
  },
  {
    name: "the cordon of a detach that was given up stays",
    file: "components/node/join/join.ts",
    find: "await uncordon(this.#cluster, this.#operation, node.metadata.name, this.#owners, signal);",
    replace: "void uncordon;",
    suite: "declared",
    red: followed,
  },
  {
    name: "labels are not compared with the Node's",
    file: "components/node/metadata/apply.ts",
    find: '...differing(wanted.labels, labels).map((key) => propertyPath("labels", key)),',
    replace: "",
    suite: "declared",
    red: followed,
  },
];
