import type { KubeConfig } from "@kubernetes/client-node";
import { cluster as lab, machineNetwork } from "../../../lab/settings.ts";
import * as impostor from "./impostor.ts";

/** Everything that somebody may ask for in a worker's name and must not get. */

/** A request that must stay pending, and the rules by which it is reported: none where it is about no worker of ours. */
export interface Stranger extends Omit<impostor.Impostor, "nodeName"> {
  readonly nodeName?: string;
  readonly rules: readonly string[];
}

/** Filed before its server is made. */
export const early: Stranger = { name: "before-its-server", rules: ["window"] };

/** What everybody may know of a worker. */
export interface Worker {
  readonly name: string;
  readonly address: string;
}

/** Filed while the machines boot: in the worker's name, unless another is said, by the bootstrap credential. */
export const atTheJoin = (rogue: KubeConfig, { name: first, address }: Worker): Stranger[] => [
  { name: "other-user", as: "stranger", rules: ["user"] },
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
export interface Captured extends Worker {
  readonly kubelet: KubeConfig;
}

/** Filed when both have joined, by whoever has broken into their machines. */
export const afterwards = ({ kubelet, name: first, address }: Captured, other: Captured): Stranger[] => [
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

/** Those that have asked. */
export class Crowd {
  readonly #all: Stranger[] = [];

  /** @param nodeName in whose name those ask that do not say */
  async file(strangers: readonly Stranger[], nodeName: string): Promise<void> {
    this.#all.push(...strangers);
    await Promise.all(strangers.map((it) => impostor.file({ nodeName, ...it })));
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

  /** Those that do not wait any more: none. */
  decided = (): Promise<string[]> => impostor.decided(this.#names);

  withdraw = (): Promise<void> => impostor.withdraw(this.#names);
}
