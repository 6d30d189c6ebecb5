import type { Operation } from "../operation/phases.ts";
import type { Properties } from "../operation/property-values.ts";
import type { Checked } from "../schemas/check.ts";
import type { InPlace } from "./describe-update.ts";
import type { Repair } from "./drift.ts";

/** What is known of a resource from the last update. */
export interface Known {
  id: string;
  inputs: Properties;
  /** inputs and outputs */
  state: Properties;
}

/** One type of resource of the provider. */
export interface Resource {
  /** inputs whose change needs another resource; everything else is updated in place */
  replacing: readonly string[];
  /** names of the outputs that are not inputs: unknown in the preview of a creation */
  outputs: readonly string[];
  /** those of the outputs that are secrets; default: none */
  secrets?: readonly string[];
  /** the inputs with the defaults of what was left out, and their errors */
  check(inputs: Properties): Checked;
  /** the inputs that the new ones are compared with; default: those of the last update */
  former?(known: Known, news: Properties): Properties;
  /** what is to be repaired although no input changed */
  drift(operation: Operation, known: Known, news: Properties): Promise<Repair[]>;
  /** an update in one line, for its preview; default: the engine's own display says enough */
  describe?(change: InPlace): string | undefined;
  /** a remark for the preview of a creation or an update, undefined when there is none */
  preview(inputs: Properties): string | undefined;
  create(operation: Operation, inputs: Properties): Promise<{ id: string; state: Properties }>;
  /** what there is now; without inputs and a state it is an import. undefined: it is gone */
  read(operation: Operation, known: Known): Promise<Known | undefined>;
  update(operation: Operation, known: Known, inputs: Properties): Promise<Properties>;
  delete(operation: Operation, known: Known): Promise<void>;
  /** false: a deletion does not wait for the cluster's answer */
  readonly needsCluster?: false;
  /** what is left to do of a deletion where the cluster is skipped (detach.clusterUnreachable: skip); default: nothing */
  deleteSkippingCluster?(operation: Operation, known: Known): Promise<void>;
}

/** A creation or an update that failed half-way: what there is must be kept in the state, so that it is repaired or removed. */
export class PartialResult extends Error {
  readonly id: string;
  readonly state: Properties;
  /** names of the properties that must stay secret */
  secret: readonly string[] = [];

  constructor(id: string, state: Properties, cause: Error) {
    super(cause.message, { cause });
    this.id = id;
    this.state = state;
  }
}
