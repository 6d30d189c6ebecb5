import { addressesOf, portsNamed, serverOf } from "../cloud/servers.ts";
import { kubeletOf } from "../cluster/identity.ts";
import type { CompromisedWorker } from "../cluster/rejected-requests.ts";

/** The address of a worker's first port. */
export async function addressOf(worker: string): Promise<string> {
  const [port] = await portsNamed(`${worker}-port`);
  return addressesOf(port)[0] ?? "";
}

/** Breaks into the machine of a worker. */
export const compromise = async (worker: string): Promise<CompromisedWorker> => ({
  name: worker,
  address: await addressOf(worker),
  kubelet: await kubeletOf((await serverOf(worker)) ?? ""),
});
