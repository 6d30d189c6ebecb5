import type { Seen } from "../discovery/watch.ts";
import { changesOf } from "../status/changes.ts";
import type { StatusDocument } from "../status/document.ts";
import { statusOf } from "../status/rows.ts";
import type { Stack } from "./stack.ts";

/** The status of a stack's workers, as cluster and cloud have just been seen. */
export function statusDocumentOf({ name, owner, config, facts }: Stack, { cluster, cloud }: Seen): StatusDocument {
  const { formerOwners } = config;
  const changes = changesOf(config, { owner, formerOwners }, facts, cloud);
  return statusOf({ stack: name, owner, formerOwners, config, cluster, cloud, changes, now: Date.now() });
}
