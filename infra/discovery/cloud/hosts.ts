import { CloudClient } from "../../../components/openstack/client.ts";
import type { Host, HostFacts } from "../../../components/openstack/host.ts";
import { readHosts } from "../../../components/openstack/hosts.ts";

/** The cloud as the config's `inventory` sees it: an account that may read the hosts. It logs in with the first question. */
export class Inventory {
  readonly #entry: string;
  #client: CloudClient | undefined;

  /** @param entry of clouds.yaml */
  constructor(entry: string) {
    this.#entry = entry;
  }

  /**
   * @param classes of the hosts that Placement is asked about, too
   * @throws CloudError when the entry, the account or a service does not work
   */
  async facts(classes: readonly string[], signal: AbortSignal): Promise<HostFacts> {
    this.#client ??= await CloudClient.login(this.#entry, signal);
    return readHosts(this.#client, this.#entry, classes, signal);
  }

  async hosts(classes: readonly string[], signal: AbortSignal): Promise<readonly Host[]> {
    const { hosts } = await this.facts(classes, signal);
    return hosts;
  }
}
