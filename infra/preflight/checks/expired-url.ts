import { ownTerms, sumOf, type Term } from "../../../components/ignition/url-lifetime.ts";
import { formatDuration } from "../../../components/lib/duration.ts";
import { storedPools } from "../../config/ignition-delivery.ts";
import type { Config } from "../../config/load.ts";
import { workersOf } from "../../config/workers.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { ownServers } from "./names.ts";

/**
 * Servers without a Node whose signed URL has certainly expired: it was signed before Nova was asked for the server. An expired URL
 * is final for Ignition (coreos/ignition, internal/resource/http.go: no status below 500 is tried again), so that a machine that had
 * not fetched its config by then never will, however often `pulumi up` waits for it.
 *
 * @param queued what may have passed before a worker had its turn
 */
export function expiredUrlDiagnostics(
  { pools }: Pick<Config, "pools">,
  facts: PreflightFacts,
  queued: readonly Term[],
): Diagnostic[] {
  const { at, cluster, state } = facts;
  if (at === undefined) return [];
  const nodes = new Set(cluster.nodes.map(({ name }) => name));
  const servers = ownServers(facts);
  return storedPools(pools).flatMap((pool) => {
    const lifetime = pool.ignition.urlLifetime ?? sumOf([...ownTerms(pool), ...queued]);
    return workersOf(pool, cluster.infraId).flatMap(({ name, path }) => {
      const [server, ...others] = servers.get(name) ?? [];
      const isBooting = server?.failure === undefined && server?.progress === undefined && others.length === 0;
      if (!server?.created || !isBooting || nodes.has(name)) return [];
      if (state?.value?.servers[name]?.hasJoined === true) return [];
      if (Date.parse(server.created) + lifetime * 1000 >= at) return [];
      return diagnosticOf("url-lifetime")({
        path,
        problem: `server ${name} (${server.id}) has no Node, and the signed URL of its Ignition config has expired: it was valid for ${formatDuration(lifetime)}, and the server was made at ${server.created}`,
        expected:
          "a machine that had fetched its config by then: any other gets 401, gives up, and `pulumi up` waits for it in vain",
        remedy: `unless its console shows that Ignition has finished, replace it: pulumi up --replace '<the server's URN in \`pulumi stack --show-urns\`>'`,
        warning: true,
      });
    });
  });
}
