import { UserError } from "../../lib/errors.ts";
import { isProgramsKey, newAccountKey, secondKey, setSecondKey, unsetSecondKey } from "../../openstack/account-key.ts";
import { sleep } from "../../lib/wait.ts";
import { CloudError, HttpError } from "../../openstack/error.ts";
import { type Ask, CloudPhases } from "../leftovers/phase.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import type { Operation } from "../operation/phases.ts";
import type { Properties } from "../operation/property-values.ts";
import { accountKeyInputs } from "../schemas/account-key.ts";
import { check, withDefaults } from "../schemas/check.ts";
import { parseAccountKey } from "./inputs.ts";
import type { Resource } from "./resource.ts";

/** Seconds for a few short requests. */
const timeout = { seconds: 120, key: "a fixed limit" };

/**
 * ms between the setting of a key and the look at which one counts: longer than another stack takes from its look at an account
 * without a key to its own setting. The object store has no such write that depends on what is there.
 */
const settling = 3_000;

/** The second temporary URL key of the object store's account: openshift-node:index:AccountKey. */
export function accountKey(cloud: () => StackCloud | undefined, settled = settling): Resource {
  const run = (operation: Operation, inputs: Properties, former?: string): Promise<string> => {
    const { account } = parseAccountKey(inputs);
    return inAccount(cloud(), operation, account, (ask, signal) =>
      ensured(ask, account, former, () => sleep(settled, signal)),
    );
  };
  return {
    replacing: [],
    outputs: ["key"],
    secrets: ["key"],
    check: (inputs) => check(accountKeyInputs, inputs),
    former: ({ inputs }) => withDefaults(accountKeyInputs, inputs),
    drift: async (operation, { state }) => {
      const { account } = parseAccountKey(state);
      const key = await inAccount(cloud(), operation, account, (ask) => ask(secondKey));
      return key === state["key"] ? [] : [{ path: "key", what: "the second temporary URL key of the account" }];
    },
    describe: ({ repairs }) =>
      repairs.length > 0 ? "the account no longer has the second temporary URL key of the last update" : undefined,
    preview: () => undefined,
    create: async (operation, inputs) => {
      const { account } = parseAccountKey(inputs);
      return { id: account, state: { ...inputs, key: await run(operation, inputs) } };
    },
    read: (_operation, known) => {
      if (known.state["key"] !== undefined) return Promise.resolve(known);
      throw new UserError("a key of the object store's account is made by `pulumi up` and cannot be imported");
    },
    update: async (operation, { state }, inputs) => {
      const { key } = state;
      return { ...inputs, key: await run(operation, inputs, typeof key === "string" ? key : undefined) };
    },
    needsCluster: false,
    delete: (operation, { inputs }) => {
      const { account } = parseAccountKey(inputs);
      if (!operation.replacement) {
        operation.log.info(
          `the object store's account at ${account} keeps its second temporary URL key, with which other stacks may sign. ` +
            `If no stack of the project sets manageAccountKey, remove it: ${unsetSecondKey}`,
        );
      }
      return Promise.resolve();
    },
  };
}

function inAccount<T>(
  cloud: StackCloud | undefined,
  operation: Operation,
  account: string,
  work: (ask: Ask, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (!cloud) throw new UserError("the provider knows no cloud, and so no account: set its argument cloudName");
  const phases = new CloudPhases(cloud, operation, "temporary URL key", () => "No key was removed or replaced.");
  const awaiting = () => `the object store's answer about its account at ${account}`;
  return phases.run({ name: "account key", timeout, awaiting }, work);
}

/**
 * The account's second key. If it has none, it gets the former one, so that signed URLs work again, or a new one.
 *
 * @throws UserError when it is somebody else's, which stays
 */
async function ensured(
  ask: Ask,
  account: string,
  former: string | undefined,
  settle: () => Promise<void>,
): Promise<string> {
  const own = (found: string): string => {
    if (!isProgramsKey(found)) throw new UserError(`the object store's account at ${account} ${foreign}`);
    return found;
  };
  const found = await ask(secondKey);
  if (found !== undefined) return own(found);
  const key = former ?? newAccountKey();
  await ask((client, signal) => setSecondKey(client, key, signal)).catch((error: unknown) => {
    throw isForbidden(error) ? new UserError(`the object store's account at ${account} ${forbidden}`) : error;
  });
  // another stack of the project may set one at the same time, or somebody else: the last one counts
  await settle();
  const now = await ask(secondKey);
  return now === undefined ? key : own(now);
}

const foreign =
  "has a second temporary URL key that the program has not made, which stays: URLs of others may be signed with it. If it is " +
  "yours, remove manageAccountKey and store that key (pulumi config set --secret temporaryUrlKey). If nobody needs it, remove " +
  `it: ${unsetSecondKey}`;

const forbidden =
  "cannot be changed by this user (403): ask the cloud's operator for a role that may change it (Swift: operator_roles; Ceph " +
  "RGW: rgw_keystone_accepted_roles); or have an administrator set a second key, and store it (pulumi config set --secret " +
  "temporaryUrlKey) in the place of manageAccountKey";

function isForbidden(error: unknown): boolean {
  return error instanceof CloudError && error.cause instanceof HttpError && error.cause.status === 403;
}
