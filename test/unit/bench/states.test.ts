import { expect, test } from "@jest/globals";
import { statesTable } from "../../bench/report/states.ts";
import { kindsOf } from "../../bench/states/kinds.ts";

const urn = (type: string, name: string): string => `urn:pulumi:dev::project::${type}::${name}`;

test("GIVEN a state THEN a worker's resources are those that are named after it, with their size as JSON", () => {
  const resources = [
    { type: "project:index:Pool", urn: urn("project:index:Pool", "metal") },
    { type: "cloud:index/server:Server", urn: urn("cloud:index/server:Server", "metal-0"), custom: true },
    { type: "project:index:Ports", urn: urn("project:index:Ports", "metal-0-ports") },
    { type: "cloud:index/server:Server", urn: urn("cloud:index/server:Server", "metal-1"), custom: true },
  ];
  expect(kindsOf({ deployment: { resources } }, "metal-0")).toEqual([
    { type: "Server", bytes: JSON.stringify(resources[1]).length, custom: true },
    { type: "Ports", bytes: JSON.stringify({ ...resources[2], custom: false }).length, custom: false },
  ]);
});

test("GIVEN figures THEN each row has what one worker costs", () => {
  const figures = { seconds: 20, cpu: 10, memory: 0 };
  const [row] = statesTable([
    { backend: "file", count: 10, mebibytes: 1.25, create: figures, noChange: { ...figures, seconds: 2 } },
  ])
    .split("\n")
    .slice(2);
  expect(row).toBe("| file | 10 | 1.3 | 20.0 | 10.0 | 2.00 | 2.0 |");
});
