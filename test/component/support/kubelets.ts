import { signers } from "../../../components/node/csr/judge.ts";
import type { WorkerFacts } from "../../../components/node/csr/types.ts";
import { clientCsr, generateKeys, pkcs10, servingCsr, worker } from "../../support/node-fixtures.ts";
import type { ScriptedApi } from "./scripted-api.ts";
import type { Stored } from "./scripted-objects.ts";

/** Kubelets of many workers, which do what one does: ask, register, ask again, become Ready. */
export class Kubelets {
  readonly workers: readonly WorkerFacts[];
  readonly #api: ScriptedApi;
  /** base64 of both requests by the worker's name */
  readonly #requests = new Map<string, { client: string; serving: string }>();

  constructor(api: ScriptedApi, count: number) {
    this.#api = api;
    const serverCreated = new Date(Date.now() - 5_000).toISOString();
    this.workers = Array.from({ length: count }, (_, i) => ({
      nodeName: `lab-worker-${i}`,
      serverId: `${String(i).padStart(8, "0")}${worker.serverId.slice(8)}`,
      serverCreated,
      fixedIps: [`10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`],
    }));
  }

  /** Makes every request beforehand: real PKCS#10, of a few keys, for keys are what takes long. */
  async prepare(): Promise<void> {
    const keys = await Promise.all(Array.from({ length: 8 }, generateKeys));
    for (const [i, { nodeName, fixedIps }] of this.workers.entries()) {
      const commonName = `system:node:${nodeName}`;
      const own = keys[i % keys.length];
      if (!own) throw new Error("no keys");
      const client = await pkcs10({ commonName, keys: own });
      const serving = await pkcs10({ commonName, keys: own, dns: [nodeName], ips: fixedIps });
      this.#requests.set(nodeName, { client, serving });
    }
  }

  /** Files every client request, and goes on with each worker as it is approved. */
  boot(): void {
    this.#api.onApproved = (name) => {
      const [, kind, nodeName = ""] = /^(client|serving)-(.+)$/.exec(name) ?? [];
      const found = this.workers.find((it) => it.nodeName === nodeName);
      if (!found) throw new Error(`nobody filed ${name}`);
      if (kind === "serving") this.#node(found, "True");
      else {
        this.#node(found, "False");
        this.#file(found, "serving");
      }
    };
    for (const each of this.workers) this.#file(each, "client");
  }

  #file({ nodeName }: WorkerFacts, kind: "client" | "serving"): void {
    const { username, groups, usages } = kind === "client" ? clientCsr() : servingCsr();
    this.#api.put("csrs", {
      metadata: { name: `${kind}-${nodeName}` },
      spec: {
        request: this.#requests.get(nodeName)?.[kind],
        signerName: signers[kind],
        username: username.replace(worker.nodeName, nodeName),
        groups,
        usages,
      },
    } as never);
  }

  #node({ nodeName, serverId, fixedIps }: WorkerFacts, ready: "True" | "False"): void {
    const before: Partial<Stored> = this.#api.get("nodes", nodeName) ?? {};
    this.#api.put("nodes", {
      ...before,
      metadata: { ...before.metadata, name: nodeName },
      spec: { providerID: `openstack:///${serverId}`, ...(before["spec"] as object | undefined) },
      status: {
        conditions: [{ type: "Ready", status: ready }],
        addresses: [{ type: "InternalIP", address: fixedIps[0] }],
      },
    } as never);
  }
}
