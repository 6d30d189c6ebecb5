import type { Seen } from "../discovery/watch.ts";
import { changesOf, surgedConfig } from "../status/changes.ts";
import type { StatusDocument } from "../status/document.ts";
import { statusOf } from "../status/rows.ts";
import type { Stack } from "./stack.ts";

/** The status of a stack's workers, as cluster and cloud have just been seen. */
export function statusDocumentOf(stack: Stack, { cluster, cloud }: Seen): StatusDocument {
  const { name, owner, facts } = stack;
  const { formerOwners } = stack.config;
  const config = surgedConfig(stack.config, { owner, formerOwners }, facts, cloud);
  const changes = changesOf(config, { owner, formerOwners }, facts, cloud);
  return statusOf({ stack: name, owner, formerOwners, config, cluster, cloud, changes, now: Date.now() });
}
