import type { Plain, Properties } from "../../../../components/node/operation/property-values.ts";
import { metadataOf, objectAt } from "./objects.ts";

/**
 * Who manages the fields of an object, as in pulumi-kubernetes since 4.29.0 (provider/pkg/await/await.go): Create is a
 * plain create under one name for all resources, so that an object that exists already is an error and not taken over; the
 * first update hands these fields to the resource's own manager, whose later applies remove what the program drops.
 */
export const creator = "pulumi-kubernetes";

const entriesOf = (live: Properties): readonly Properties[] => {
  const entries = metadataOf(live)["managedFields"];
  return Array.isArray(entries) ? (entries as Properties[]) : [];
};

const isOfCreator = ({ manager, operation, subresource }: Properties): boolean =>
  typeof manager === "string" && manager.startsWith(creator) && operation === "Update" && !subresource;

/** Whether the fields that Create wrote have not been handed over yet. */
export const isNew = (live: Properties): boolean => entriesOf(live).some(isOfCreator);

/** Field sets are tries (kubernetes-sigs/structured-merge-diff): their union is that of the keys at each level. */
function union(one: Properties, other: Properties): Properties {
  const merged: [string, Plain][] = Object.keys(other).map((key) => [
    key,
    union(objectAt(one, key), objectAt(other, key)),
  ]);
  return { ...one, ...Object.fromEntries(merged) };
}

/** The managed fields with the creator's under the manager of the resource. */
export function handedOver(live: Properties, fieldManager: string): Properties[] {
  const isOwn = ({ manager, operation }: Properties): boolean => manager === fieldManager && operation === "Apply";
  const entries = entriesOf(live);
  const [first, ...more] = [...entries.filter(isOwn), ...entries.filter(isOfCreator)];
  if (!first) return [...entries];
  const fields = more.reduce((all, entry) => union(all, objectAt(entry, "fieldsV1")), objectAt(first, "fieldsV1"));
  const own = { ...first, manager: fieldManager, operation: "Apply", fieldsV1: fields };
  return [...entries.filter((entry) => !isOwn(entry) && !isOfCreator(entry)), own];
}
