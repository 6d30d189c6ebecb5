import { expect, test } from "@jest/globals";
import { Multiplication, uuidOf, workerAt } from "../../../bench/previews/multiply.ts";
import type { Worker } from "../../../bench/previews/recording.ts";

const first: Worker = {
  name: "lab-0",
  serverId: "11111111-0000-4000-8000-000000000000",
  portId: "22222222-0000-4000-8000-000000000000",
  address: "10.77.0.12",
  mac: "52:54:00:77:00:12",
  portMac: "fa:16:3e:aa:bb:cc",
};
const second: Worker = {
  name: "lab-1",
  serverId: "11111111-0000-4000-8000-000000000001",
  portId: "22222222-0000-4000-8000-000000000001",
  address: "10.77.0.120",
  mac: "52:54:00:77:00:13",
  portMac: "fa:16:3e:aa:bb:cd",
};

const multiply = <T>(value: T, count = 3): T => new Multiplication([first, second], count).apply(value);

test("GIVEN a list with an element of each worker WHEN it is multiplied THEN each worker has one, in order", () => {
  const listed = [
    { name: second.name, ip: second.address },
    { name: first.name, ip: first.address },
  ];
  expect(multiply(listed)).toEqual([0, 1, 2].map((i) => ({ name: `lab-${i}`, ip: workerAt(i, first).address })));
});

test("GIVEN a text of a worker within a longer one THEN it is replaced there, also as the key of a signed URL's path", () => {
  expect(multiply([`urn::lab-0-port-0`, `urn::lab-1-port-0`], 2)).toEqual(["urn::lab-0-port-0", "urn::lab-1-port-0"]);
  expect(multiply([{ path: `/servers/${first.serverId}/tags` }], 1)).toEqual([
    { path: `/servers/${uuidOf("server 0")}/tags` },
  ]);
});

test("GIVEN an address that begins like another one THEN the longer one is not of the first worker", () => {
  expect(multiply([first.address, "10.77.0.129"], 1)).toEqual([workerAt(0, first).address, "10.77.0.129"]);
});

test("GIVEN an element with both workers THEN the lists in it are multiplied, and it stays one", () => {
  const membership = { pool: "metal", members: [{ node: first.name }, { node: second.name }], replicas: [2] };
  expect(multiply([membership])).toEqual([
    { pool: "metal", members: [{ node: "lab-0" }, { node: "lab-1" }, { node: "lab-2" }], replicas: [2] },
  ]);
});

test("GIVEN an object with an entry of each worker WHEN it is multiplied THEN each worker has one, in order", () => {
  const lines = { [second.name]: `Ready, ${second.address}`, [first.name]: `Ready, ${first.address}`, other: 1 };
  const expected = [0, 1, 2].map((i) => [`lab-${i}`, `Ready, ${workerAt(i, first).address}`]);
  expect(Object.entries(multiply(lines))).toEqual([...expected, ["other", 1]]);
});

test("GIVEN what is of no worker THEN it stays as it is", () => {
  const value = { items: [{ name: "other", sizes: [1, 2] }, null, true], "lab-x": "lab-10" };
  expect(multiply(value)).toEqual(value);
});

test("GIVEN a text of a worker outside of any list THEN it is an error that says where", () => {
  expect(() => multiply({ server: { id: first.serverId } })).toThrow(".server.id is of one worker");
});

test("GIVEN thousands of workers THEN no two have a name, id, address or MAC address in common", () => {
  const workers = Array.from({ length: 3000 }, (_, i) => workerAt(i, { ...first, nodeUid: "x" }));
  for (const key of ["name", "serverId", "portId", "address", "mac", "portMac", "nodeUid"] as const) {
    expect(new Set(workers.map((worker) => worker[key])).size).toBe(3000);
  }
  expect(workers.at(-1)?.address).toBe("10.77.27.251");
});

test("GIVEN a text THEN its UUID is of version 4 and always the same", () => {
  expect(uuidOf("server 1")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidOf("server 1")).toBe(uuidOf("server 1"));
  expect(uuidOf("server 1")).not.toBe(uuidOf("port 1"));
});
