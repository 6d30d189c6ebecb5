/** A bare-metal machine, as an account sees it that may read Ironic's nodes or Placement's resource providers. */
export interface Host {
  /** of the node in Ironic, and of its resource provider in Placement */
  readonly id: string;
  readonly name: string;
  /** as Placement names it, e.g. `CUSTOM_BAREMETAL`; undefined: it has none */
  readonly resourceClass: string | undefined;
  /** of Ironic, e.g. `available`, `clean failed`; undefined: only Placement is visible */
  readonly state: string | undefined;
  readonly maintenance: boolean;
  /** id of the server on it */
  readonly serverId: string | undefined;
  /** whether Placement has it for a new server; undefined: not read */
  readonly schedulable: boolean | undefined;
}

/** The hosts, and which services have shown them. */
export interface HostFacts {
  readonly source: string;
  readonly hosts: readonly Host[];
}

/** Name of Ironic's resource class in Placement (os-resource-classes, normalize_name). */
export const placementClass = (name: string): string =>
  `CUSTOM_${name.replaceAll(/[^0-9A-Za-z]+/g, "_").toUpperCase()}`;
