import { expect, test } from "@jest/globals";
import { noProxy } from "../../lab/runtime/proxy.ts";
import { direct } from "../../lab/settings.ts";

const lab = direct.join(",");

test("the lab is reached without a proxy", () => {
  expect(noProxy({})).toEqual({ NO_PROXY: lab, no_proxy: lab });
});

test("the host's own exceptions stay, in the variable they are in and in the other", () => {
  expect(noProxy({ NO_PROXY: "a.test", no_proxy: "b.test,127.0.0.1" })).toEqual({
    NO_PROXY: `a.test,${lab}`,
    no_proxy: `b.test,${lab}`,
  });
  expect(noProxy({ no_proxy: "b.test" }).NO_PROXY).toBe(`b.test,${lab}`);
});
