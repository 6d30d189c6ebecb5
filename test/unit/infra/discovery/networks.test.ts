import { describe, expect, test } from "@jest/globals";
import { networkIds, networksSchema, withNetworks } from "../../../../infra/discovery/cloud/networks.ts";
import { factsOf, subnet } from "../../../support/preflight-facts.ts";

const storage = { id: "storage-id", name: "storage", mtu: undefined };
const port = { network: storage, subnets: [subnet], areNamed: true, securityGroupIds: [] };
const { cloud } = factsOf({ ports: [port], workerPorts: [[port]] });
const read = (...networks: object[]): ReturnType<typeof withNetworks> =>
  withNetworks(cloud, networksSchema.parse({ networks }), "own");

describe("GIVEN a config that names two networks, one of them twice", () => {
  test("WHEN they are to be read THEN each is asked for once", () => {
    expect(networkIds(cloud)).toEqual(["n", "storage-id"]);
  });

  test("WHEN they are read THEN each port knows its own network's port security and owner", () => {
    const { network, pools } = read(
      { id: "n", project_id: "own", port_security_enabled: true },
      { id: "storage-id", project_id: "other", port_security_enabled: false },
    );
    const own = { name: "net", portSecurity: true, otherProject: undefined };
    const others = { name: "storage", portSecurity: false, otherProject: "other" };
    expect(network).toMatchObject(own);
    expect(pools[0]?.ports.map((each) => each?.network)).toMatchObject([own, others]);
    expect(pools[0]?.workerPorts.flat().map((each) => each?.network)).toMatchObject([others]);
  });

  test("WHEN a port has a trunk THEN the networks of its subports are among them", () => {
    const backup = { id: "backup-id", name: "backup", mtu: undefined };
    const trunk = { ...port, subports: [{ network: backup, subnets: [] }] };
    const { cloud: vlans } = factsOf({ ports: [trunk] });
    expect(networkIds(vlans)).toEqual(["n", "storage-id", "backup-id"]);
    const { pools } = withNetworks(
      vlans,
      networksSchema.parse({ networks: [{ id: "backup-id", project_id: "other", port_security_enabled: false }] }),
      "own",
    );
    expect(pools[0]?.ports[1]?.subports).toMatchObject([{ network: { portSecurity: false, otherProject: "other" } }]);
    expect(pools[0]?.ports[0]).not.toHaveProperty("subports");
  });

  test("WHEN Neutron does not have the extension THEN port security is not known", () => {
    expect(read({ id: "n", project_id: "own" }).network?.portSecurity).toBeUndefined();
  });

  test("WHEN Neutron reports no owner THEN it is taken for the account's own", () => {
    expect(read({ id: "n", project_id: "" }, { id: "storage-id" }).network?.otherProject).toBeUndefined();
  });
});
