/** Newest Ignition 3 specifications, each from a minor release of OpenShift 4 on, the latest first. */
type Since = readonly (readonly [minor: number, spec: string])[];

/**
 * Of boot images: coreos/ignition, butane/docs/specs.md (variant `openshift`), for 4.6 and 4.7 their release notes, for 4.22
 * the Ignition 2.26 of its release notes. A boot image may know a newer one; none knows less. Releases before 4.6 know
 * Ignition 2 only.
 */
const ofImages: Since = [
  [22, "3.6.0"],
  [19, "3.5.0"],
  [14, "3.4.0"],
  [7, "3.2.0"],
  [6, "3.1.0"],
];

/**
 * Of Machine Config Servers: openshift/machine-config-operator, pkg/server/api.go and pkg/controller/common of each branch
 * up to release-5.0 (Kubernetes 1.36, as 4.23). They are behind the boot images of their own release (coreos/butane#715).
 */
const ofServers: Since = [
  [19, "3.5.0"],
  [13, "3.4.0"],
  [7, "3.2.0"],
  [6, "3.1.0"],
];

const newestOf = (known: Since, minor: number): string | undefined => known.find(([since]) => minor >= since)?.[1];

/** The newest Ignition 3 specification that a release's boot images know; undefined: they know none. */
export const newestSpec = (minor: number): string | undefined => newestOf(ofImages, minor);

/** The newest Ignition 3 specification that a release's Machine Config Server serves; undefined: it serves none. */
export const newestServed = (minor: number): string | undefined => newestOf(ofServers, minor);

/**
 * Whether a release's Machine Config Server may answer 400 to a machine that knows a later specification than the server, and
 * give no older config: 4.20, and 4.21 until the fix (OCPBUGS-80970, openshift/machine-config-operator#5816).
 */
export const mayRefuseLater = (minor: number): boolean => minor === 20 || minor === 21;

/** The minor release of OpenShift 4 that a Kubernetes version is of, `v1.34.1` is of 4.21; 5.0 counts as 4.23. undefined: no such version. */
export function releaseOfKubernetes(version: string): number | undefined {
  const minor = /^v?1\.(\d+)\b/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor) - 13;
}

/**
 * The minor release of OpenShift 4 that an RHCOS image is of, by its version: `4.18`, `4.18.3` or `418.94.202410090804-0`.
 * undefined: the version does not tell, as those named after RHEL (`9.6.20250523-0`) do not: several releases share one.
 */
export function releaseOfImage(version: string | undefined): number | undefined {
  const minor = /^4\.(\d+)(?:\.\d+)*(?:-|$)|^4(\d{1,2})\.\d{2}\.\d+/.exec(version ?? "");
  const found = minor?.[1] ?? minor?.[2];
  return found === undefined ? undefined : Number(found);
}

/** RHCOS images named after their RHEL, by its minor release: 9.6 are of 4.19 to 4.21, 9.8 of 4.22 and 4.23, 10.2 of 5.0. */
const ofRhel: Readonly<Record<string, Since>> = {
  9: [
    [8, "3.6.0"],
    [6, "3.5.0"],
  ],
  // 10.0 is a CentOS Stream's or a preview's
  10: [[2, "3.6.0"]],
};

/** The newest Ignition 3 specification that an RHCOS image knows by its version; undefined: none, or the version does not tell. */
export function specOfImage(version: string | undefined): string | undefined {
  const release = releaseOfImage(version);
  if (release !== undefined) return newestSpec(release);
  const [, major = "", minor = ""] = /^(\d+)\.(\d+)\.\d{8}-\d+$/.exec(version ?? "") ?? [];
  return newestOf(ofRhel[major] ?? [], Number(minor));
}

/** Whether an Ignition 3 specification is later than another. */
export function isLater(spec: string, than: string): boolean {
  const minor = (version: string): number => Number(version.split(".")[1]);
  return minor(spec) > minor(than);
}
