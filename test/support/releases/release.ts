import { dataUrl } from "../../../components/ignition/data-url.ts";

/**
 * What a cluster of one release says of itself, as far as it is read or tells which release it is. The shape is that of the
 * sources that each fixture names; names, addresses, patch releases and build numbers are samples.
 */
export interface Release {
  /** ClusterVersion `version`, status.desired.version: not read, since the Kubernetes version tells as much */
  readonly clusterVersion: string;
  /** of `/version` */
  readonly gitVersion: string;
  /** Infrastructure `cluster` */
  readonly infrastructure: object;
  /** the Secrets in openshift-machine-api, by name */
  readonly secrets: Readonly<Record<string, object>>;
  /** version of its RHCOS image */
  readonly image: string;
}

export const infraId = "lab-7x2kq";
const domain = "lab.example.com";

/** The status that all releases and platforms share. */
export const status = (platform: object, change: object = {}): object => ({
  apiServerInternalURI: `https://api-int.${domain}:6443`,
  apiServerURL: `https://api.${domain}:6443`,
  controlPlaneTopology: "HighlyAvailable",
  cpuPartitioning: "None",
  etcdDiscoveryDomain: "",
  infrastructureName: infraId,
  infrastructureTopology: "HighlyAvailable",
  ...platform,
  ...change,
});

export const infrastructure = (spec: object, itsStatus: object): object => ({
  apiVersion: "config.openshift.io/v1",
  kind: "Infrastructure",
  metadata: { name: "cluster" },
  spec: { cloudConfig: { key: "config", name: "cloud-provider-config" }, ...spec },
  status: itsStatus,
});

/** The CA's source as the machine-config operator writes it. */
export const authority = dataUrl("-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n").replace(
  "data:;",
  "data:text/plain;charset=utf-8;",
);

/** Secret with a pointer config: openshift/installer, pkg/asset/ignition/machine/node.go; `-managed`: manifests/userdata_secret.yaml. */
const userData = (version: string, host: string): object => ({
  apiVersion: "v1",
  kind: "Secret",
  type: "Opaque",
  data: {
    disableTemplating: Buffer.from("true\n").toString("base64"),
    userData: Buffer.from(
      JSON.stringify({
        ignition: {
          config: { merge: [{ source: `https://${host}:22623/config/worker` }] },
          security: { tls: { certificateAuthorities: [{ source: authority }] } },
          version,
        },
      }),
    ).toString("base64"),
  },
});

/** The installer's Secret, which its MachineSets name, and that of the machine-config operator. */
export const secrets = (installer: string, operator: string, host = "10.0.0.5"): Release["secrets"] => ({
  "worker-user-data": userData(installer, host),
  "worker-user-data-managed": userData(operator, host),
});
