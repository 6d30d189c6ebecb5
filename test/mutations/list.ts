import type { Mutation } from "./apply.ts";

const up = "THEN both nodes are Ready with the port's address and the server's id";
const others = "THEN the requests of others in a worker's name stay pending, each for the rule that it fails";
const evicted = "THEN the last worker's pod is evicted while both servers are there";
const destroyed = "WHEN destroyed THEN no server, port, container or Node is left";

const stuck = "THEN the attach fails within its bound and names the phase and what to look at";
const competing = "THEN up fails and names both requests with the rule that they fail";

const shutOut = "THEN up does not let it in by itself";
const applied = "THEN the Node has the pool's labels and taints before it takes pods, and keeps them";

const rolled = "THEN the preview replaces both servers and updates none in place";
const abandoned = "THEN the pod was evicted by the eviction API";
const renewed = "THEN the preview replaces both workers because of the edit";

const store = "components/ignition-store.ts";

/** The suite of test/e2e that has a mutation's tests. */
export const suiteOf = ({ suite = "lifecycle/attach-detach" }: Mutation): string => suite;

export const mutations: readonly Mutation[] = [
  {
    name: "payload object missing",
    file: store,
    find: "object: objectName,",
    replace: "object: `${objectName}.missing`,",
    red: up,
  },
  { name: "CA missing", file: store, find: "ca: args.ca, spec", replace: "ca: undefined, spec", red: up },
  {
    name: "wrong hash",
    file: store,
    find: "payload: args.payload, ca",
    replace: "payload: `${args.payload} `, ca",
    red: up,
  },
  {
    name: "URL signed with SHA-1",
    file: "components/ignition/temp-url.ts",
    find: "createHmac(digest",
    replace: 'createHmac("sha1"',
    red: up,
  },
  {
    name: "wrong fixed IP",
    file: "components/baremetal-worker.ts",
    find: "fixedIps: ports.fixedIps,",
    replace: 'fixedIps: ["10.77.0.250"],',
    red: up,
  },
  {
    name: "no CSR approval",
    file: "components/node/join/requests.ts",
    find: "while (approvable && (await this.#approve(approvable, signal))) approvable = this.#approvable();",
    replace: "",
    red: up,
  },
  {
    name: "a client request's alternative names not looked at",
    file: "components/node/csr/client.ts",
    find: "(names.length > 0 ? refuse(",
    replace: "(names.length > 99 ? refuse(",
    red: others,
  },
  {
    name: "a second key not looked for",
    file: "components/node/csr/client.ts",
    find: "if (competitors.length === 0) return undefined;",
    replace: "if (competitors.length < 99) return undefined;",
    suite: "lifecycle/stuck-machine",
    red: competing,
    after: [stuck],
  },
  {
    name: "another key than the state's admitted by silence",
    file: "components/node/csr/client.ts",
    find: "if (!isKnown && !isFirst && readmit !== true) return",
    replace: "if (!isKnown && !isFirst && readmit === undefined) return",
    suite: "lifecycle/joining",
    red: shutOut,
  },
  {
    name: "labels and taints forgotten",
    file: "components/node/join/join.ts",
    find: 'if (!(await applyMetadata(this.#cluster.api, node, this.#inputs, this.#taints, signal)))\n      return this.#retryLater("the Node changed");',
    replace: "",
    suite: "lifecycle/joining",
    red: applied,
  },
  {
    name: "another image updates a server in place",
    file: "components/baremetal-server.ts",
    find: '"metadata.image",',
    replace: "",
    suite: "lifecycle/rollout",
    red: rolled,
  },
  {
    name: "another payload replaces nobody",
    file: "components/baremetal-server.ts",
    find: '...(replaced ? ["metadata.ignition"] : []),',
    replace: "",
    suite: "lifecycle/rollout",
    red: renewed,
  },
  {
    name: "no drain",
    file: "components/node/drain/once.ts",
    find: "await new Drain(cluster, operation, inputs).run();",
    replace: "",
    red: evicted,
    after: [up],
  },
  {
    name: "no drain without an OpenShiftNode",
    file: "components/node/resources/node-drain.ts",
    find: "drainOnce(await cluster(), operation,",
    replace: "void (await cluster(), operation,",
    suite: "lifecycle/interruption",
    red: abandoned,
  },
  {
    name: "Node not removed",
    file: "components/node/resources/node-claim.ts",
    find: "await releaseName(connected, operation, worker, podsLeft);",
    replace: "",
    red: destroyed,
    after: [up],
  },
];
