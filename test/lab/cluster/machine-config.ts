/** A machine's configuration, apart from any version of the Ignition specification. */
export interface MachineConfig {
  readonly files: readonly { readonly path: string; readonly mode: number; readonly text: string }[];
  readonly units: readonly { readonly name: string; readonly enabled: boolean; readonly contents: string }[];
  /** Ignition sets them since specification 3.3.0 */
  readonly kernelArguments?: readonly string[];
}

/** The versions that OpenShift's Machine Config Server serves, oldest first. */
export const served = ["2.2.0", "3.1.0", "3.2.0", "3.3.0", "3.4.0", "3.5.0"] as const;
export type SpecVersion = (typeof served)[number];

/** The request asks for a version that the server does not know: status 400. */
export class UnsupportedVersion extends Error {}

/** The configuration cannot be said in the version asked for: status 500. */
export class ConversionError extends Error {}

interface Version {
  readonly major: number;
  readonly minor: number;
}

/** Versions of the Ignition media type in an Accept header, in its order; values that are no semantic version are left out. */
function ignitionVersions(accept: string): Version[] {
  return accept.split(",").flatMap((value) => {
    const [type = "", ...parameters] = value.split(";").map((part) => part.trim());
    if (!type.endsWith("/vnd.coreos.ignition+json")) return [];
    const version = parameters.find((parameter) => parameter.startsWith("version="))?.slice("version=".length);
    const parts = /^(\d+)\.(\d+)\.\d+/.exec(version ?? "");
    return parts ? [{ major: Number(parts[1]), minor: Number(parts[2]) }] : [];
  });
}

function serve({ major, minor }: Version): SpecVersion | undefined {
  if (major === 2) return minor >= 2 ? "2.2.0" : undefined;
  if (major !== 3 || minor < 1) return undefined;
  return served.find((version) => version === `3.${minor}.0`) ?? "3.5.0";
}

/**
 * Chooses the version to serve (machine-config-operator, pkg/server/api.go): 2.2.0 where no version of Ignition is asked
 * for, 3.5.0 for any later 3.x.
 * @throws UnsupportedVersion when every version asked for is unknown
 */
export function negotiate(accept = ""): SpecVersion {
  const asked = ignitionVersions(accept);
  for (const version of asked) {
    const answer = serve(version);
    if (answer) return answer;
  }
  if (asked.length > 0) throw new UnsupportedVersion(`unsupported Ignition version in Accept header: ${accept}`);
  return "2.2.0";
}

/** What the Infrastructure object says of the platform (openshift/api, config/v1). */
export interface PlatformStatus {
  readonly type: string;
  readonly external?: { readonly cloudControllerManager?: { readonly state?: string } };
}

/**
 * Value of the kubelet's flag --cloud-provider: whether it waits for a cloud controller (machine-config-operator,
 * pkg/controller/template/render.go, cloudProvider; library-go, pkg/cloudprovider, IsCloudProviderExternal).
 */
export function cloudProvider({ type, external }: PlatformStatus): "external" | "" {
  if (type === "External") return external?.cloudControllerManager?.state === "External" ? "external" : "";
  return type === "None" || type === "BareMetal" ? "" : "external";
}

/** The kubelet's unit for the platform. It has systemd's variables too: this one is written as in the operator's template. */
export const kubeletUnit = (template: string, platform: PlatformStatus): string =>
  template.replace("{{cloudProvider .}}", cloudProvider(platform));

const dataUrl = (text: string): string =>
  `data:text/plain;charset=utf-8;base64,${Buffer.from(text).toString("base64")}`;

/**
 * The configuration as Ignition JSON of a version.
 * @throws ConversionError when that version lacks something the configuration uses
 */
export function render(config: MachineConfig, version: SpecVersion): object {
  const old = version === "2.2.0";
  if (config.kernelArguments && served.indexOf(version) < served.indexOf("3.3.0")) {
    throw new ConversionError(`kernel arguments need specification 3.3.0, and ${version} is asked for`);
  }
  return {
    ignition: { version },
    storage: {
      files: config.files.map(({ path, mode, text }) => ({
        // Specification 2 names the file system of each file and overwrites unless told otherwise.
        ...(old ? { filesystem: "root" } : { overwrite: true }),
        path,
        mode,
        contents: { source: dataUrl(text) },
      })),
    },
    systemd: { units: config.units.map(({ name, enabled, contents }) => ({ name, enabled, contents })) },
    ...(config.kernelArguments ? { kernelArguments: { shouldExist: config.kernelArguments } } : {}),
  };
}
