import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import type * as program from "../../../examples/own-program/pool.ts";

/** Declares the pool of examples/own-program, a copy of which is the argument, and prints the types of what it declares. */

const types: string[] = [];
// the SDK's mocks know no hooks
const registered = (_: unknown, callback: (error: null, response: object) => void): void => callback(null, {});
Object.assign(MockMonitor.prototype, { registerResourceHook: registered, registerErrorHook: registered });
await pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    types.push(type);
    return { id: `${name}-id`, state: { ...(inputs as object), allFixedIps: [], created: "2026-01-02T03:04:05Z" } };
  },
  call: ({ inputs }) => inputs as object,
});

const { declarePool } = (await import(process.argv[2] ?? "")) as typeof program;
const place: program.Place = {
  infraId: "lab-7x2kq",
  owner: "organization/own-program/dev",
  machineConfigServer: "https://10.0.0.5:22623",
  authority: "data:;base64,QQ==",
  flavor: { id: "f", name: "baremetal" },
  image: { id: "i", name: "rhcos" },
  port: { networkId: "n", subnet: { id: "s", ipVersion: 4 } },
};
const none = <T>(): Promise<T[]> => Promise.resolve([]);
const pool = declarePool(
  "metal",
  place,
  {
    existing: { servers: none, ports: none, failedServers: none, serverStatus: () => Promise.resolve(undefined) },
    currentNodes: none,
    currentMachineConfigPools: none,
  },
  [],
);
await pool.attach();
await pulumi.runtime.disconnect();
console.log(JSON.stringify(types.toSorted()));
