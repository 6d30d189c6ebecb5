import { expect, test } from "@jest/globals";
import { own } from "../../../../components/lib/objects.ts";

test.each(["constructor", "__proto__", "toString", "b"])(
  "GIVEN an object without %s WHEN it is looked up THEN nothing is found",
  (key) => {
    expect(own({ a: 1 }, key)).toBeUndefined();
    expect(own(undefined, key)).toBeUndefined();
    expect(own(JSON.parse(`{"${key}":1}`) as Record<string, number>, key)).toBe(1);
  },
);
