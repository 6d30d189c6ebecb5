import { workerName } from "../../../components/ports/names.ts";
import type { Port, Server, Trunk } from "../../lab/cloud.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster as lab } from "../../lab/settings.ts";
import { cloud } from "./cloud/cloud.ts";
import * as kube from "./cluster/cluster.ts";

/** The lab as a file sees it that runs beside others: what has a name of its own pool, and nothing else. */
export class OwnPool {
  readonly name: string;
  readonly #prefix: string;

  /** @param name that no other file's pool has */
  constructor(name: string) {
    this.name = name;
    this.#prefix = workerName(lab.infraId, name, "");
  }

  /** The name of a worker, which its server and its Node have too. */
  worker = (own: number | string): string => workerName(lab.infraId, this.name, own);

  #isOwn = ({ name }: { readonly name: string }): boolean => name.startsWith(this.#prefix);

  servers = async (): Promise<Server[]> => (await cloud.servers()).filter(this.#isOwn);

  ports = async (): Promise<Port[]> => (await cloud.ports()).filter(this.#isOwn);

  trunks = async (): Promise<Trunk[]> => (await cloud.trunks()).filter(this.#isOwn);

  containers = async (): Promise<string[]> =>
    (await cloud.containers()).filter((name) => name.startsWith(this.#prefix));

  /** Ids by names. */
  serverIds = async (): Promise<Map<string, string>> =>
    new Map((await this.servers()).map(({ name, id }) => [name, id]));

  serverNames = async (): Promise<string[]> => (await this.servers()).map(({ name }) => name).sort();

  nodeNames = async (): Promise<string[]> => (await kube.nodeNames()).filter((name) => name.startsWith(this.#prefix));

  /** What is left of the pool, a line each. */
  leftovers = (): Promise<string[]> => leftovers(this.#prefix);
}
