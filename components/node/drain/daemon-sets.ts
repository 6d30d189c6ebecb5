import pMap from "p-map";
import type { PodObject } from "../../kubernetes/types.ts";
import type { Pods } from "../cluster/pods.ts";
import { daemonSetOf } from "./policy.ts";

/** Look-ups in flight at once. */
const parallel = 10;

/** Which DaemonSets the cluster has: each is looked up once. */
export class DaemonSets {
  readonly #pods: Pods;
  readonly #known = new Map<string, boolean>();

  constructor(pods: Pods) {
    this.#pods = pods;
  }

  /**
   * Those that exist, with all that pods are of, `namespace/name`.
   *
   * @param pods as they are now: one that comes while others' DaemonSets are looked up would be taken for one of none
   */
  async existing(pods: () => readonly PodObject[], signal: AbortSignal): Promise<Set<string>> {
    for (;;) {
      const asked = new Set(pods().flatMap((pod) => daemonSetOf(pod) ?? []));
      const unknown = [...asked].filter((name) => !this.#known.has(name));
      if (unknown.length === 0) return new Set([...this.#known].flatMap(([name, exists]) => (exists ? name : [])));
      await pMap(unknown, (name) => this.#lookUp(name, signal), { concurrency: parallel });
    }
  }

  async #lookUp(fullName: string, signal: AbortSignal): Promise<void> {
    const [namespace = "", name = ""] = fullName.split("/");
    this.#known.set(fullName, await this.#pods.daemonSetExists(namespace, name, signal));
  }
}
