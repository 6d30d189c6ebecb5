/**
 * The newest Ignition specification that OpenShift 4 knows from each minor release on, in its boot image as in its Machine
 * Config Server: coreos/ignition, butane/docs/specs.md (variant `openshift`), for 4.6 and 4.7 their release notes. A boot
 * image may know a newer one; none knows less. Releases before 4.6 know Ignition 2 only.
 */
const newest: readonly (readonly [minor: number, spec: string])[] = [
  [22, "3.6.0"],
  [19, "3.5.0"],
  [14, "3.4.0"],
  [7, "3.2.0"],
  [6, "3.1.0"],
];

/** The newest Ignition 3 specification that a release knows; undefined: it knows none. */
export function newestSpec(minor: number): string | undefined {
  return newest.find(([since]) => minor >= since)?.[1];
}

/** The minor release of OpenShift 4 that a Kubernetes version is of, `v1.34.1` is of 4.21; undefined: no such version. */
export function releaseOfKubernetes(version: string): number | undefined {
  const minor = /^v?1\.(\d+)\b/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor) - 13;
}

/**
 * The minor release of OpenShift 4 that an RHCOS image is of, by its version: `4.18`, `4.18.3` or `418.94.202410090804-0`.
 * undefined: the version does not tell, as those named after RHEL (`9.6.20250523-0`) do not.
 */
export function releaseOfImage(version: string | undefined): number | undefined {
  const minor = /^4\.(\d+)(?:\.\d+)*(?:-|$)|^4(\d{1,2})\.\d{2}\.\d+/.exec(version ?? "");
  const found = minor?.[1] ?? minor?.[2];
  return found === undefined ? undefined : Number(found);
}

/** Whether an Ignition 3 specification is later than another. */
export function isLater(spec: string, than: string): boolean {
  const minor = (version: string): number => Number(version.split(".")[1]);
  return minor(spec) > minor(than);
}
