import {
  isLater,
  mayRefuseLater,
  newestSpec,
  releaseOfImage,
  releaseOfKubernetes,
  specOfImage,
} from "../../../components/ignition/release.ts";
import { fragmentDiagnostics } from "../../config/fragments/diagnostics.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { ImageFacts, PreflightFacts, Probe } from "../../discovery/facts.ts";
import { found } from "../../discovery/found.ts";
import { askedSpec, ownImageSpec, servedSpec } from "../../discovery/ignition-spec.ts";
import type { PoolFacts } from "../../discovery/read.ts";

const ignitionDiagnostic = diagnosticOf("ignition");

/** Every Ignition specification that the config of a pool uses, with its path. */
function written(pool: PoolConfig, path: string): { spec: string; path: string }[] {
  const { spec, fragments } = pool.ignition;
  const versions = fragments.map(({ ignition }, i) => ({
    spec: ignition.version,
    path: `${path}.ignition.fragments[${i}].ignition.version`,
  }));
  return [...(spec === undefined ? [] : [{ spec, path: `${path}.ignition.spec` }]), ...versions];
}

const ownRelease = "choose an RHCOS image of the cluster's own release";

/** An image with what tells its release. */
function named({ name, version }: ImageFacts): string {
  const release = releaseOfImage(version);
  return release === undefined
    ? `image "${name}" has os_version ${version}`
    : `image "${name}" is of OpenShift 4.${release} (os_version ${version})`;
}

/** Whether the boot image supports its config: Ignition accepts no specification later than its own. */
function bootImage(pool: PoolConfig, facts: PoolFacts, path: string, { cluster }: PreflightFacts): Diagnostic[] {
  const image = found(facts.image);
  if (!image) return [];
  const release = releaseOfImage(image.version);
  if (release !== undefined && newestSpec(release) === undefined) {
    return [
      ignitionDiagnostic({
        path: `${path}.image`,
        problem: named(image),
        expected: "OpenShift 4.6 or later: earlier images do not support Ignition 3",
        remedy: ownRelease,
      }),
    ];
  }
  const own = specOfImage(image.version);
  const known = own ?? ownImageSpec(cluster);
  if (known === undefined) return [];
  const later = written(pool, path).filter(({ spec }) => isLater(spec, known));
  return later.map(({ spec, path: at }) =>
    own === undefined
      ? {
          ...ignitionDiagnostic({
            path: at,
            problem: `the config uses Ignition ${spec}, and the cluster's own release supports ${known}`,
            expected: "a specification that the boot image supports; the image does not declare its release",
            remedy:
              "lower it, or declare the image's release: openstack image set --property os_version=<version of RHCOS> <image>",
          }),
          warning: true as const,
        }
      : ignitionDiagnostic({
          path: at,
          problem: `the config uses Ignition ${spec}`,
          expected: `at most ${known}: ${named(image)}`,
          remedy: "lower it, or choose a later image",
        }),
  );
}

/** Whether a Machine Config Server that cannot be asked from here may refuse a machine for its later Ignition. */
function laterImage(
  pool: PoolFacts,
  path: string,
  probe: Probe | undefined,
  { cluster }: PreflightFacts,
): Diagnostic[] {
  const image = found(pool.image);
  const [release, served] = [releaseOfKubernetes(cluster.version), servedSpec(cluster)];
  if (!image || probe?.unreachable === undefined || release === undefined || served === undefined) return [];
  const asked = askedSpec(pool, cluster);
  if (!mayRefuseLater(release) || !isLater(asked, served)) return [];
  return [
    {
      ...ignitionDiagnostic({
        path: `${path}.image`,
        problem: `${named(image)}: its machine asks for Ignition ${asked}, and the Machine Config Server of OpenShift 4.${release} serves up to ${served}`,
        expected: `an image that asks for no later one: the server may answer 400, and the machine would give up (OCPBUGS-80970); it is not reachable from here (${probe.unreachable})`,
        remedy: ownRelease,
      }),
      warning: true,
    },
  ];
}

/** Ignition gives up at 4xx and retries 5xx indefinitely (coreos/ignition, internal/resource/http.go). */
const isFinal = (status: number): boolean => status >= 400 && status < 500;

function refused(
  pool: PoolConfig,
  own: PoolFacts,
  path: string,
  status: number,
  { cluster }: PreflightFacts,
): Diagnostic {
  const { machineConfigPool: name } = pool.ignition;
  const found = ignitionDiagnostic({
    path: `${path}.ignition.machineConfigPool`,
    problem: `the Machine Config Server at ${cluster.machineConfigServer.url} answers ${status} for pool "${name}" in Ignition ${askedSpec(own, cluster)}`,
    expected: `200: a machine would ${isFinal(status) ? "give up" : "retry indefinitely"}`,
    remedy:
      status === 400
        ? `${ownRelease}: the server answers so where it does not know the Ignition of the machine`
        : `check oc get machineconfigpool ${name}, and oc -n openshift-machine-config-operator logs -l k8s-app=machine-config-server`,
  });
  // a load balancer without a backend, which may be temporary; 500 comes from the server itself
  return status > 500 ? { ...found, warning: true } : found;
}

/** Whether the Machine Config Server serves the config of the pool, if it can be reached. */
function answer(
  pool: PoolConfig,
  own: PoolFacts,
  path: string,
  probe: Probe | undefined,
  facts: PreflightFacts,
): Diagnostic[] {
  const { machineConfigPool } = pool.ignition;
  const { value: pools } = facts.cluster.machineConfigPools;
  // an unknown pool has an error of its own
  const known = pools === undefined || pools.some(({ name }) => name === machineConfigPool);
  if (!known || probe?.status === undefined || probe.status === 200) return [];
  return [refused(pool, own, path, probe.status, facts)];
}

/** One certificate serves all pools. */
function distrust({ cluster, checks }: PreflightFacts): Diagnostic[] {
  const distrusted = checks.machineConfig.find((probe) => probe.distrusted !== undefined)?.distrusted;
  if (distrusted === undefined) return [];
  return [
    ignitionDiagnostic({
      path: "cluster",
      problem: `the certificate of the Machine Config Server at ${cluster.machineConfigServer.url} is not trusted by its machines: ${distrusted}`,
      expected:
        "one signed by the authorities in Secret openshift-machine-api/worker-user-data: a machine would retry indefinitely",
      remedy: "have an administrator of the cluster renew the certificate authority in that Secret",
    }),
  ];
}

/** Whether boot image, config and Machine Config Server support the same Ignition specification, and how a config is odd. */
export function ignitionDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  const pools = config.pools.flatMap((pool, i) => {
    const own = facts.cloud.pools[i];
    const path = poolPath(pool.name);
    if (!own) return [];
    const probe = facts.checks.machineConfig[i];
    return [
      ...bootImage(pool, own, path, facts),
      ...laterImage(own, path, probe, facts),
      ...answer(pool, own, path, probe, facts),
    ];
  });
  return [...distrust(facts), ...pools, ...fragmentDiagnostics(config.pools)];
}
