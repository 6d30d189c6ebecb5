import { describe, expect, test } from "@jest/globals";
import { parseInfrastructure, parseUserData } from "../../../../../infra/discovery/cluster/read.ts";

const openstack = { apiServerInternalIPs: ["10.0.0.5"], ingressIPs: ["10.0.0.7"], machineNetworks: ["10.0.0.0/16"] };
const apiServerInternalURI = "https://api-int.lab.example:6443";
const infrastructure = {
  status: { infrastructureName: "lab-7x2kq", apiServerInternalURI, platformStatus: { openstack } },
};
const pointer = (merge: object): string =>
  JSON.stringify({
    ignition: { config: merge, security: { tls: { certificateAuthorities: [{ source: "data:;base64,QQ==" }] } } },
  });
const source = "https://10.0.0.5:22623/config/worker";

describe("worker-user-data", () => {
  test.each([
    ["3.x", pointer({ merge: [{ source }] })],
    ["2.2", pointer({ append: [{ source }] })],
  ])("of Ignition %s gives the server without the path, and its CA", (_, text) => {
    expect(parseUserData(text)).toEqual({ url: "https://10.0.0.5:22623", authorities: ["data:;base64,QQ=="] });
  });

  test("of an IPv6 address keeps its brackets", () => {
    const server = { source: "https://[fd00::5]:22623/config/worker" };
    expect(parseUserData(pointer({ merge: [server] })).url).toBe("https://[fd00::5]:22623");
  });

  test("without a server is an error", () => {
    expect(() => parseUserData(pointer({}))).toThrow("neither merge nor append");
  });
});

test("the addresses come from the lists, else from the single fields that there were before 4.12", () => {
  const { machineNetworks } = openstack;
  const older = { apiServerInternalIP: "10.0.0.5", ingressIP: "10.0.0.7", machineNetworks };
  const status = (platform: object): object => ({ ...infrastructure.status, platformStatus: { openstack: platform } });
  const { apiVips, ingressVips } = parseInfrastructure(infrastructure);
  expect({ apiVips, ingressVips }).toEqual({ apiVips: ["10.0.0.5"], ingressVips: ["10.0.0.7"] });
  expect(parseInfrastructure({ status: status(older) })).toMatchObject({ apiVips, ingressVips });
  const both = { ...openstack, apiServerInternalIP: "10.0.0.99", ingressIP: "10.0.0.98" };
  expect(parseInfrastructure({ status: status(both) })).toMatchObject({ apiVips, ingressVips });
  expect(parseInfrastructure({ status: status({}) })).toMatchObject({ apiVips: [], ingressVips: [] });
});

test("machine networks come from the status, else from the spec", () => {
  expect(parseInfrastructure(infrastructure).machineNetworks).toEqual(["10.0.0.0/16"]);
  const { machineNetworks, ...older } = openstack;
  const status = { infrastructureName: "lab-7x2kq", platformStatus: { openstack: older } };
  const spec = { platformSpec: { openstack: { machineNetworks } } };
  expect(parseInfrastructure({ status, spec }).machineNetworks).toEqual(["10.0.0.0/16"]);
  expect(parseInfrastructure({ status }).machineNetworks).toEqual([]);
});
