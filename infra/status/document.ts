import { z } from "zod";

/** The document that `npm run status -- --json` prints. Its shape is public: fields are added, and none changes its meaning. */

const remark = z.strictObject({
  /** what is wrong, in a sentence without its subject */
  problem: z.string(),
  /** what to type */
  command: z.string(),
});

const node = z.strictObject({
  name: z.string(),
  /** the condition Ready; null: its kubelet has not reported yet */
  ready: z.enum(["True", "False", "Unknown"]).nullable(),
  /** since when it is so, RFC 3339 */
  since: z.string().nullable(),
  /** version of the kubelet */
  kubelet: z.string(),
  /** who cordoned it: this stack, or anybody else */
  cordoned: z.enum(["stack", "other"]).nullable(),
});

const server = z.strictObject({
  id: z.string(),
  /** of Nova, e.g. `ACTIVE` */
  status: z.string(),
  /** what Nova does with it, e.g. `spawning` */
  taskState: z.string().nullable(),
  power: z.string(),
  /** the machine, where the account may see it */
  host: z.string().nullable(),
  /** availability zone; null: Nova does not tell it */
  zone: z.string().nullable(),
});

const worker = z.strictObject({
  name: z.string(),
  /** of the config, else of its server's metadata */
  pool: z.string().nullable(),
  /** whether the config has it */
  wanted: z.boolean(),
  /** whether it is a surge worker: of a roll under way, or the next `pulumi up` detaches it */
  surge: z.boolean(),
  /** null: there is none, or the cluster is in `unread` */
  node: node.nullable(),
  /** null: there is none, or the cloud is in `unread` */
  server: server.nullable(),
  addresses: z.array(z.string()),
  /** whether it is as the config has it; `unknown`: cluster or cloud could not be read */
  spec: z.enum(["current", "outdated", "unknown"]),
  /** what is under way, e.g. `joining: boot` */
  underWay: z.array(z.string()),
  remarks: z.array(remark),
  /** Ready, as the config has it, nothing under way and no remark */
  healthy: z.boolean(),
});

const host = z.strictObject({
  name: z.string(),
  /** of Ironic, e.g. `available`, `cleaning`, `clean failed` */
  state: z.string(),
  maintenance: z.boolean(),
});

export const statusDocument = z.strictObject({
  version: z.literal(1),
  stack: z.string(),
  /** when cluster and cloud were read, RFC 3339 */
  at: z.string(),
  /** the exit code: 0, 1 or 2 */
  exitCode: z.literal([0, 1, 2]),
  workers: z.array(worker),
  /** machines without a server; null: the account may not see them */
  hosts: z.array(host).nullable(),
  /** how many machines of each resource class are in each state, with a server or without; null as above */
  hostStates: z
    .array(z.strictObject({ resourceClass: z.string().nullable(), states: z.record(z.string(), z.number()) }))
    .nullable(),
  /** what could not be read, and why */
  unread: z.array(z.strictObject({ part: z.enum(["cluster", "cloud", "spec", "hosts"]), reason: z.string() })),
});

export type StatusDocument = z.output<typeof statusDocument>;
export type WorkerStatus = z.output<typeof worker>;
export type Remark = z.output<typeof remark>;
