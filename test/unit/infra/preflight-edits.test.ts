import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../infra/config.ts";
import { edits, renderEdits } from "../../../infra/preflight/edits.ts";
import type { PortSeen, ServerSeen } from "../../../infra/preflight/facts.ts";
import { answer, type Change, factsOf, owner, serverSeen } from "./preflight-facts.ts";

const name = "lab-7x2kq-metal-0";
const made = serverSeen("0", name, owner);
const port = {
  id: "p",
  name: `${name}-port-0`,
  tags: ["openshiftClusterID=lab-7x2kq"],
  addresses: [{ subnetId: "s", ip: "10.0.0.20" }],
};

function told(
  pool: object,
  servers: readonly ServerSeen[] = [made],
  wiring: Pick<Change, "more"> & { readonly ports?: readonly PortSeen[] } = {},
): string {
  const { config, faults } = parseConfig({
    cloud: "lab",
    pools: [{ name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos", ...pool }],
  });
  if (!config) throw new Error(JSON.stringify(faults));
  const checks = { servers: answer(servers), ports: answer(wiring.ports ?? [port]) };
  return renderEdits(edits(config, factsOf({ checks, more: wiring.more })));
}

test.each<[string, string, string]>([
  ["nothing", told({}), ""],
  ["timeouts and the drain policy", told({ timeouts: { boot: "10m" }, drain: { timeout: "10m" } }), ""],
  ["a new worker", told({}, []), `${name}: attach (flavor baremetal, image rhcos)`],
  ["the flavor", told({ flavor: "big" }), `${name}: replace, drained (flavor baremetal -> big)`],
  ["the image", told({ image: "next" }), `${name}: replace, drained (image rhcos -> next)`],
  ["the address", told({ fixedIps: ["10.0.0.21"] }), `${name}: replace, drained (address 10.0.0.20 -> 10.0.0.21)`],
  ["nothing but what is said of the address", told({ fixedIps: ["10.0.0.20"] }), ""],
  ["labels", told({ labels: { rack: "r1" } }), ""],
  ["the number of workers", told({ replicas: 0 }), `${name}: detach, drained (no longer in the config)`],
  ["a server of another stack", told({}, [made, serverSeen("9", "lab-7x2kq-metal-9", "a/b/c")]), ""],
])("GIVEN an edit of %s WHEN it is previewed THEN a line tells what becomes of the worker", (_, found, expected) => {
  expect(found).toBe(expected);
});

test("GIVEN a machine by name WHEN the worker is to be on another THEN it is replaced", () => {
  const pin = (availabilityZone: string): object => ({
    replicas: undefined,
    workers: [{ name: "0", availabilityZone }],
  });
  const pinned = { ...made, made: { ...made.made, availabilityZone: "nova:a:b" } };
  expect(told(pin("nova:a:c"), [pinned])).toBe(`${name}: replace, drained (availabilityZone nova:a:b -> nova:a:c)`);
  expect(told(pin("nova:a:b"), [pinned])).toBe("");
});

describe("GIVEN a worker's ports as Neutron shows them", () => {
  const second = { ...port, id: "q", name: `${name}-port-1`, addresses: [{ subnetId: "t", ip: "10.0.1.20" }] };
  const storage = { id: "t", name: "storage", cidr: "10.0.1.0/24" };
  const elsewhere = { ...second, addresses: [{ subnetId: "u", ip: "10.0.2.20" }] };
  test.each<[string, Parameters<typeof told>[2], string]>([
    ["the same two", { more: [storage], ports: [port, second] }, ""],
    ["one more", { more: [storage], ports: [port] }, "subnet of port 1 none -> storage"],
    ["one fewer", { ports: [port, second] }, "subnet of port 1 t -> none"],
    ["another subnet", { more: [storage], ports: [port, elsewhere] }, "subnet of port 1 u -> storage"],
  ])("WHEN the config wants %s THEN it is told what replaces the worker", (_, wiring, reason) => {
    expect(told({}, [made], wiring)).toBe(reason && `${name}: replace, drained (${reason})`);
  });
});
