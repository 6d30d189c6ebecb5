import { expect, test } from "@jest/globals";
import { type CloudView, describeCloudView } from "../../../../../components/node/join/cloud-view.ts";

const server = { status: "ACTIVE", power: "on", launched: "2026-01-01T12:10:00.000000" };
const shown = "server s-0: ACTIVE, power on, built at 2026-01-01T12:10:00.000000 UTC";

test.each<[string, CloudView, string[]]>([
  ["is gone", { server: undefined, container: undefined }, ["Nova has no server s-0 any more"]],
  [
    "is off",
    { server: { status: "SHUTOFF", power: "off", launched: undefined }, container: undefined },
    ["server s-0: SHUTOFF, power off"],
  ],
  ["runs", { server, container: undefined }, [shown]],
  [
    "runs, and its config is there",
    { server, container: { name: "c", objects: 1 } },
    [shown, "the Ignition config is in container c; whether the machine has fetched it is not recorded"],
  ],
  [
    "runs, and its config is not there",
    { server, container: { name: "c", objects: 0 } },
    [
      shown,
      "container c is empty: no machine of the pool gets its Ignition config; run `pulumi refresh`, then `pulumi up`",
    ],
  ],
  [
    "runs, and its container is not there",
    { server, container: { name: "c", objects: undefined } },
    [
      shown,
      "container c does not exist: with ignition.delivery swift, no machine of the pool gets its Ignition config; run `pulumi refresh`, then `pulumi up`",
    ],
  ],
])("GIVEN a machine that %s WHEN the cloud is asked THEN it is told, and no more", (_, view, lines) => {
  expect(describeCloudView("s-0", view)).toEqual(lines);
});
