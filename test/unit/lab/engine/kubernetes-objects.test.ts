import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { unknown } from "../../../../components/node/operation/property-values.ts";
import {
  autoname,
  fieldManagerOf,
  idOf,
  named,
  normalize,
  parseId,
} from "../../../lab/engine/kubernetes-plugin/objects.ts";

const seed = Uint8Array.from([1, 2, 3]);

describe("names", () => {
  test("of a resource come from the engine's seed, so that a retried step names the same object", () => {
    expect(autoname("reader", seed)).toMatch(/^reader-[0-9a-z]{8}$/);
    expect(autoname("reader", seed)).toBe(autoname("reader", seed));
    expect(autoname("reader", Uint8Array.from([4]))).not.toBe(autoname("reader", seed));
  });

  test("that the program gives stay", () => {
    const news = { metadata: { name: "mine" } };
    expect(named(news, {}, "reader", seed)).toBe(news);
  });

  test("that were made once are kept by later updates, with the mark that they were made", () => {
    const first = named({ metadata: { labels: { a: "1" } } }, {}, "reader", seed);
    const later = named({ metadata: { labels: { a: "2" } } }, first, "reader", Uint8Array.from([9]));
    expect(later).toEqual({ metadata: { ...(first["metadata"] as object), labels: { a: "2" } } });
    expect(later["metadata"]).toMatchObject({ annotations: { "pulumi.com/autonamed": "true" } });
  });

  test("that the program gave once and no more are not kept", () => {
    const later = named({}, { metadata: { name: "mine" } }, "reader", seed);
    expect(later["metadata"]).toMatchObject({ name: autoname("reader", seed) });
  });
});

test("an id is namespace/name, or the name of what has no namespace", () => {
  const label = fc.stringMatching(/^[a-z0-9:.-]{1,20}$/);
  fc.assert(
    fc.property(fc.option(label, { nil: "" }), label, (namespace, name) => {
      expect(parseId(idOf({ metadata: { namespace, name } }))).toEqual({ namespace, name });
    }),
  );
});

describe("normalize", () => {
  test("takes out nulls, the plugin's own keys and what the server owns", () => {
    const object = {
      kind: "X",
      a: null,
      b: [{ c: null, d: 1 }],
      __fieldManager: "m",
      metadata: { name: "n", uid: "1" },
    };
    expect(normalize(object)).toEqual({ kind: "X", b: [{ d: 1 }], metadata: { name: "n" } });
    expect(object.metadata.uid).toBe("1");
  });

  test("encodes stringData, which wins over data as in the API server, and leaves what is not known yet", () => {
    const object = {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: "b2xk", b: "Yg==" },
      stringData: { a: "new", c: unknown },
    };
    expect(normalize(object)).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      data: { a: Buffer.from("new").toString("base64"), b: "Yg==", c: unknown },
    });
    expect(normalize({ apiVersion: "v1", kind: "Secret", stringData: unknown })).toMatchObject({ data: unknown });
  });
});

test("the field manager is the annotation's, else that of the state, else one of the resource's own", () => {
  const annotated = { metadata: { annotations: { "pulumi.com/patchFieldManager": "given" } } };
  const state = { __fieldManager: "kept" };
  expect(fieldManagerOf(annotated, state, "urn")).toBe("given");
  expect(fieldManagerOf({}, state, "urn")).toBe("kept");
  expect(fieldManagerOf({}, {}, "urn")).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  expect(fieldManagerOf({}, {}, "urn")).toBe(fieldManagerOf({}, {}, "urn"));
  expect(fieldManagerOf({}, {}, "urn")).not.toBe(fieldManagerOf({}, {}, "other"));
});
