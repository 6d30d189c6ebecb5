import { expect, test } from "@jest/globals";
import { permissions } from "../../../../components/kubernetes/permissions.ts";
import type { Config } from "../../../../infra/config/load.ts";
import type { PreflightFacts } from "../../../../infra/preflight/index.ts";
import { answer, configOf, diagnosticsOf, factsOf, subnet } from "../../../support/preflight-facts.ts";

/** What the config says beside what is discovered. */

/** An account without the right to read a resource, where cluster.expect has a key. */
const mayNotRead = (resource: string, expected: string): PreflightFacts =>
  factsOf({
    cluster: { filled: [expected] },
    checks: { denied: answer(permissions.filter(({ resources }) => resources.includes(resource))) },
  });
/** The installer's tag is on subnets of these ids. */
const tagged = (...ids: string[]): PreflightFacts =>
  factsOf({ tagged: ids.map((id) => ({ ...subnet, id, name: id })) });
const otherGroup = { securityGroups: ["storage"] };
/** A cluster with one or several security groups that the installer created for the workers. */
const groups = (workerGroup: PreflightFacts["cloud"]["workerGroup"], ...ids: string[]): PreflightFacts =>
  factsOf({ workerGroup, groups: ids, more: [{ id: "t", cidr: "10.0.1.0/24" }] });
const workers = (...ids: string[]): PreflightFacts => groups({ id: "worker-id", name: "lab-7x2kq-worker" }, ...ids);

const cases: [check: string, bad: [Config, PreflightFacts], valid: [Config, PreflightFacts]][] = [
  [
    "machine-network",
    [configOf(), factsOf({ cluster: { machineNetworks: [], apiVips: [] } })],
    [configOf(), factsOf({ cluster: { apiVips: [] } })],
  ],
  ["machine-network", [configOf(), tagged("other")], [configOf(), tagged("s")]],
  ["machine-network", [configOf(), tagged("other", "another")], [configOf(), tagged("other", "s")]],
  ["machine-network", [configOf(), tagged("other")], [configOf({}, { machineNetwork: undefined }), tagged("other")]],
  [
    "security-groups",
    [configOf(otherGroup), workers("storage-id")],
    [configOf(otherGroup), workers("storage-id", "worker-id")],
  ],
  ["security-groups", [configOf(otherGroup), workers("storage-id")], [configOf({ securityGroups: [] }), workers()]],
  ["security-groups", [configOf(otherGroup), workers("storage-id")], [configOf(), workers("worker-id")]],
  ["security-groups", [configOf(otherGroup), workers("storage-id")], [configOf(otherGroup), groups("several")]],
  ["security-groups", [configOf(otherGroup), workers("storage-id")], [configOf(otherGroup), groups(undefined)]],
  [
    "security-groups",
    [configOf({ networks: [otherGroup] }), workers("storage-id")],
    [configOf({ ...otherGroup, networks: [{ securityGroups: [] }] }), workers()],
  ],
  [
    "security-groups",
    [configOf({ networks: [otherGroup, {}] }), workers("storage-id")],
    [configOf({ networks: [{}, otherGroup] }), workers("worker-id")],
  ],
  [
    "permissions",
    [configOf(), mayNotRead("secrets", "mtu")],
    [configOf(), mayNotRead("secrets", "machineConfigServer")],
  ],
  [
    "permissions",
    [configOf(), mayNotRead("networks", "machineConfigServer")],
    [configOf(), mayNotRead("networks", "mtu")],
  ],
];

test.each(cases)(
  "GIVEN a cause for %s WHEN it is judged THEN it is found, and the valid case passes",
  (check, bad, valid) => {
    expect(diagnosticsOf(...bad).map((diagnostic) => diagnostic.check)).toEqual([check]);
    expect(diagnosticsOf(...valid)).toEqual([]);
  },
);
