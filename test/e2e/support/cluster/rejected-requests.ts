import type { KubeConfig } from "@kubernetes/client-node";
import { cluster as lab, machineNetwork } from "../../../lab/settings.ts";
import * as impostor from "./impostor.ts";

/** Every kind of request in a worker's name that must not be approved. */

/** A request that must stay pending, and the rules by which it is reported: none where it is about no worker of ours. */
export interface RejectedRequest extends Omit<impostor.Impostor, "nodeName"> {
  readonly nodeName?: string;
  readonly rules: readonly string[];
}

/** Filed before its server is made. */
export const beforeItsServer: RejectedRequest = { name: "before-its-server", rules: ["window"] };

/** What everybody may know of a worker. */
export interface Worker {
  readonly name: string;
  readonly address: string;
}

/** Accounts that are not the worker's. */
export interface Others {
  /** may file requests, and has nothing to do with a worker */
  readonly unrelated: KubeConfig;
  /** the identity of the node rogue-0 */
  readonly rogue: KubeConfig;
}

/** Filed while the machines boot: in the worker's name, unless another is said, by the bootstrap credential. */
export const duringJoin = ({ unrelated, rogue }: Others, { name: first, address }: Worker): RejectedRequest[] => [
  { name: "other-user", as: unrelated, rules: ["user"] },
  { name: "other-group", group: "acme", rules: ["groups"] },
  { name: "other-case", commonName: `system:node:${first.toUpperCase()}`, rules: ["common-name"] },
  { name: "other-organization", organizations: ["acme"], rules: ["organization"] },
  { name: "two-organizations", organizations: ["system:nodes", "system:masters"], rules: ["organization"] },
  { name: "with-dns-name", dns: ["evil.example.test"], rules: ["names"] },
  { name: "with-own-name", dns: [first], rules: ["names"] },
  { name: "with-address", ips: [address], rules: ["names"] },
  { name: "with-email", emails: ["root@example.test"], rules: ["names"] },
  { name: "with-uri", uris: ["spiffe://example.test/evil"], rules: ["names"] },
  { name: "to-serve-as-client", usages: ["digital signature", "server auth"], rules: ["usages"] },
  { name: "to-sign", usages: ["digital signature", "client auth", "cert sign"], rules: ["usages"] },
  { name: "other-signer", signer: "example.test/any", rules: [] },
  { name: "no-server", nodeName: `${first}7`, rules: [] },
  { name: "serving-by-bootstrapper", signer: "serving", dns: [first], rules: ["user"] },
  { name: "name-by-other-node", as: rogue, signer: "serving", nodeName: "rogue-0", dns: [first], rules: ["user"] },
  { name: "address-by-other-node", as: rogue, signer: "serving", nodeName: "rogue-0", ips: [address], rules: ["user"] },
];

/** A worker whose machine somebody has broken into. */
export interface CompromisedWorker extends Worker {
  readonly kubelet: KubeConfig;
}

/** Filed when both have joined, by whoever has broken into their machines. */
export const afterJoin = (
  { kubelet, name: first, address }: CompromisedWorker,
  other: CompromisedWorker,
): RejectedRequest[] => [
  { name: "second-key", rules: ["node-absent"] },
  {
    name: "foreign-name",
    as: kubelet,
    signer: "serving",
    dns: [first, lab.apiInternal],
    ips: [address],
    rules: ["names"],
  },
  {
    name: "foreign-address",
    as: kubelet,
    signer: "serving",
    dns: [first],
    ips: [machineNetwork.ingressVip],
    rules: ["names"],
  },
  { name: "no-name", as: kubelet, signer: "serving", rules: ["names"] },
  {
    name: "serving-to-call",
    as: kubelet,
    signer: "serving",
    dns: [first],
    usages: ["digital signature", "client auth"],
    rules: ["usages"],
  },
  { name: "two-in-one", as: kubelet, signer: "serving", dns: [first], spoil: impostor.twice, rules: ["readable"] },
  // each with the other's name and address: reported by both workers
  {
    name: "swapped-first",
    as: kubelet,
    signer: "serving",
    dns: [other.name],
    ips: [other.address],
    rules: ["names", "user"],
  },
  {
    name: "swapped-second",
    as: other.kubelet,
    signer: "serving",
    nodeName: other.name,
    dns: [first],
    ips: [address],
    rules: ["names", "user"],
  },
];

/** The requests that a test has filed. */
export class RejectedRequests {
  readonly #all: RejectedRequest[] = [];

  /** @param nodeName in whose name those are filed that name no node of their own */
  async file(requests: readonly RejectedRequest[], nodeName: string): Promise<void> {
    this.#all.push(...requests);
    await Promise.all(requests.map((it) => impostor.file({ nodeName, ...it })));
  }

  get #names(): string[] {
    return this.#all.map(({ name }) => name);
  }

  /** The rules by which each should be reported. */
  get rules(): Record<string, readonly string[]> {
    return Object.fromEntries(this.#all.map(({ name, rules }) => [name, rules]));
  }

  /** The rules by which a command's output reports each, one for each report. */
  reports(output: string): Record<string, readonly string[]> {
    return Object.fromEntries(this.#names.map((name) => [name, impostor.reported(output, name).sort()]));
  }

  /** Those that are not pending any more: none. */
  decided = (): Promise<string[]> => impostor.decided(this.#names);

  withdraw = (): Promise<void> => impostor.withdraw(this.#names);
}
