import { rootCertificates } from "node:tls";
import { Agent, fetch } from "undici";
import { textOf } from "../../../components/ignition/data-url.ts";
import { isNoResponse } from "../../../components/kubernetes/unreachable.ts";
import { reasonOf } from "../../../components/lib/errors.ts";
import type { Config } from "../../config/load.ts";
import type { PlainFacts, Probe } from "../facts.ts";
import { askedSpec } from "../ignition-spec.ts";
import type { ClusterFacts } from "../read.ts";

/**
 * Connect timeout in milliseconds. Many networks block the server's port (22623) from outside, and a dropped packet must
 * not delay every preview.
 */
const connectTimeout = 3000;

/** The header of a boot image's Ignition: coreos/ignition, internal/resource/http.go. */
const accept = (spec: string): string => `application/vnd.coreos.ignition+json;version=${spec}, */*;q=0.1`;

/** Sends HEAD: the body holds the secret with which machines join, and is never read. */
async function probe(url: string, spec: string, dispatcher: Agent, signal: AbortSignal): Promise<Probe> {
  try {
    const headers = { accept: accept(spec) };
    const { status } = await fetch(url, { method: "HEAD", redirect: "manual", headers, dispatcher, signal });
    return { status };
  } catch (error) {
    const reason = reasonOf(error);
    return isNoResponse(error, false) || signal.aborted ? { unreachable: reason } : { distrusted: reason };
  }
}

/**
 * The Machine Config Server's response to a machine of each pool, in the config's order. The request is that of a machine:
 * without a proxy, trusting the cluster's certificate authorities in addition to the public ones.
 */
export async function readMachineConfig(
  { pools }: Pick<Config, "pools">,
  { cluster, cloud }: Pick<PlainFacts, "cluster" | "cloud">,
  signal: AbortSignal,
): Promise<readonly Probe[]> {
  const { url, authorities }: ClusterFacts["machineConfigServer"] = cluster.machineConfigServer;
  const ca = [...rootCertificates, ...authorities.map(textOf)];
  const dispatcher = new Agent({ connect: { ca, timeout: connectTimeout } });
  const asked = new Map<string, Promise<Probe>>();
  try {
    return await Promise.all(
      cloud.pools.map((own, i) => {
        const spec = askedSpec(own, cluster);
        const at = `${url}/config/${encodeURIComponent(pools[i]?.ignition.machineConfigPool ?? "")}`;
        const key = `${at} ${spec}`;
        const one = asked.get(key) ?? probe(at, spec, dispatcher, signal);
        asked.set(key, one);
        return one;
      }),
    );
  } finally {
    await dispatcher.destroy();
  }
}
