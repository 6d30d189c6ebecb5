import { describe, expect, test } from "@jest/globals";
import { poolPath, renderPath, workerPath } from "../../../../infra/config/paths.ts";
import { diagnosticsOf, good, named, pool } from "../../../support/config-fixtures.ts";

describe("GIVEN a config with an error in a pool or a worker WHEN it is refused", () => {
  const wrong = { imaeg: "x" };
  test.each<[string, string, Record<string, unknown>[]]>([
    ["by its name, whatever its place is", "pools[metal].imaeg", [pool({ name: "other" }), pool(wrong)]],
    ["by its index without a name", "pools[1].imaeg", [pool({ name: "other" }), pool({ name: undefined, ...wrong })]],
    ["by its index with a name that is not valid", "pools[0].imaeg", [pool({ name: "a.b", ...wrong })]],
    ["by its index with a name that is not unique", "pools[0].imaeg", [pool(wrong), pool()]],
    [
      "and the worker, too, by their names",
      "pools[metal].workers[r1].imaeg",
      [named({ workers: [{ name: "r0" }, { name: "r1", ...wrong }] })],
    ],
    ["and a nameless worker by index", "pools[metal].workers[1].imaeg", [named({ workers: [{ name: "r0" }, wrong] })]],
    [
      "and a worker whose name is a number by that in quotes",
      'pools[metal].workers["1"].imaeg',
      [named({ workers: [{ name: "1", ...wrong }, { name: "r0" }] })],
    ],
  ])("THEN the path identifies the pool %s", (_, path, pools) => {
    expect(Object.keys(diagnosticsOf(good(...pools)))).toContain(path);
  });
});

test("GIVEN a worker without a valid name beside one named as its index is WHEN both are wrong THEN the paths differ", () => {
  const workers = [
    { name: "1", fixedIp: "x" },
    { name: "A", fixedIp: "x" },
  ];
  expect(diagnosticsOf(good(named({ workers })))).toEqual({
    'pools[metal].workers["1"].fixedIp': '"x"',
    "pools[metal].workers[1].fixedIp": '"x"',
    "pools[metal].workers[1].name": '"A"',
  });
});

test("GIVEN two workers with the address of a third, one of them named as the other's index is WHEN they are refused THEN at each one's path", () => {
  const fixedIp = "10.0.0.20";
  const workers = [
    { name: "r0", fixedIp },
    { name: "2", fixedIp },
    { name: "A", fixedIp },
  ];
  const errors = diagnosticsOf(good(named({ workers })));
  const first = "the same as pools[metal].workers[r0].fixedIp";
  expect(errors['pools[metal].workers["2"].fixedIp']).toBe(first);
  expect(errors["pools[metal].workers[2].fixedIp"]).toBe(first);
});

test("GIVEN a path of a pool and of a worker WHEN it is made from names THEN it is that of the config's errors", () => {
  const root = { pools: [pool({ workers: [{ name: "7" }, { name: "r1-0" }] })] };
  expect(workerPath(poolPath("metal"), "7")).toBe('pools[metal].workers["7"]');
  expect(renderPath(["pools", 0, "workers", 0], root)).toBe(workerPath(poolPath("metal"), "7"));
  expect(renderPath(["pools", 0, "workers", 1], root)).toBe(workerPath(poolPath("metal"), "r1-0"));
  expect(renderPath(["pools", 0, "taints", 1], root)).toBe("pools[metal].taints[1]");
  expect(poolPath("0")).toBe('pools["0"]');
});
