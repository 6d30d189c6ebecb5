/** @shared previews only, with a network of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ipVersion, storageNetwork } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { admin } from "../support/cloud/cloud.ts";
import { idIn } from "../support/cloud/ids.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project } from "../support/project.ts";

const own = new OwnPool("foreign");
const network = "e2e-foreign-net";
const subnet = "e2e-foreign-subnet";

describe("GIVEN a shared network of another project", () => {
  const cleanup = new Cleanup();
  let project: Project;
  const outputWith = async (port: object): Promise<string> => {
    const networks = [{ network, subnet, ...port }];
    const workers = [{ name: "a", networks }];
    await project.configure({ pools: await project.pools({ name: own.name, replicas: undefined, workers }) });
    return (await project.preview()).output;
  };

  beforeAll(async () => {
    const made = await admin.send("POST", "network", "/v2.0/networks", { network: { name: network, shared: true } });
    const id = idIn("network", made);
    cleanup.push(() => admin.remove("network", `/v2.0/networks/${id}`));
    const ranges = { cidr: storageNetwork.cidr, ip_version: ipVersion, gateway_ip: null, enable_dhcp: true };
    await admin.send("POST", "network", "/v2.0/subnets", { subnet: { name: subnet, network_id: id, ...ranges } });
    project = await Project.withPool("foreign", { name: own.name, replicas: 1 });
    cleanup.push(() => project.destroy());
  });
  afterAll(cleanup.run);

  test.each<[string, object, string]>([
    ["allowedAddresses", { allowedAddresses: [storageNetwork.host(9)] }, "create_port:allowed_address_pairs"],
    ["fixedIp", { fixedIp: storageNetwork.host(20) }, "create_port:fixed_ips:ip_address"],
  ])("WHEN a port there sets %s THEN the preview names it, the network and the policy", async (key, port, policy) => {
    const output = await outputWith(port);
    expect(output).toContain(`pools[${own.name}].workers[a].networks[0].${key}: the port is to`);
    expect(output).toContain(`network "${network}" belongs to another project`);
    expect(output).toContain(policy);
    expect(await own.leftovers()).toEqual([]);
  });

  test("WHEN a port there sets neither THEN it is not refused", async () => {
    expect(await outputWith({})).not.toContain("belongs to another project");
  });
});
