import type { Metadata } from "../../../components/kubernetes/types.ts";

/**
 * Who set which label and annotation of an object: as much of the API server's field management as labels and
 * annotations need (kubernetes.io/docs/reference/using-api/server-side-apply).
 */

type Marks = Pick<Metadata, "labels" | "annotations">;

const kinds = ["labels", "annotations"] as const;

export class FieldManagers {
  /** by field, as `labels dedicated` */
  readonly #owners = new Map<string, Set<string>>();

  /** An update or a patch: whoever changes a value becomes its only manager. */
  update(manager: string, before: Marks, after: Marks): void {
    const [old, now] = [fieldsOf(before), fieldsOf(after)];
    for (const field of new Set([...old.keys(), ...now.keys()])) {
      if (!now.has(field)) this.#owners.delete(field);
      else if (old.get(field) !== now.get(field)) this.#owners.set(field, new Set([`update ${manager}`]));
    }
  }

  /** The fields that others manage with another value: an apply that is not forced is refused for them. */
  conflicts(before: Marks, applied: Marks): string[] {
    const current = fieldsOf(before);
    return [...fieldsOf(applied)]
      .filter(([field, value]) => current.has(field) && current.get(field) !== value)
      .map(([field]) => field);
  }

  /** A forced apply: what its manager applied before and nobody else set is removed, what it applies now it manages. */
  apply(manager: string, before: Marks, applied: Marks): Required<Marks> {
    const applier = `apply ${manager}`;
    const [result, wanted] = [fieldsOf(before), fieldsOf(applied)];
    for (const [field, owners] of this.#owners) {
      if (wanted.has(field) || !owners.delete(applier) || owners.size > 0) continue;
      this.#owners.delete(field);
      result.delete(field);
    }
    for (const [field, value] of wanted) {
      const others = result.get(field) === value ? (this.#owners.get(field) ?? []) : [];
      this.#owners.set(field, new Set([...others, applier]));
      result.set(field, value);
    }
    return marksOf(result);
  }
}

function fieldsOf(marks: Marks): Map<string, string> {
  return new Map(kinds.flatMap((kind) => Object.entries(marks[kind] ?? {}).map(([key, it]) => [`${kind} ${key}`, it])));
}

function marksOf(fields: Map<string, string>): Required<Marks> {
  const of = (kind: string) =>
    [...fields].flatMap(([field, it]) => (field.startsWith(`${kind} `) ? [[field.slice(kind.length + 1), it]] : []));
  return {
    labels: Object.fromEntries(of("labels")) as Record<string, string>,
    annotations: Object.fromEntries(of("annotations")) as Record<string, string>,
  };
}
