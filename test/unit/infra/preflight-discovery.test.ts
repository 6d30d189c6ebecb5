import { expect, test } from "@jest/globals";
import { permissions } from "../../../components/node/permissions.ts";
import { type Config, parseConfig } from "../../../infra/config.ts";
import { type PreflightFacts, preflight } from "../../../infra/preflight.ts";
import { answer, factsOf, subnet } from "./preflight-facts.ts";

/** What the config says beside what is discovered. */

function config(pool: object = {}, rest: object = {}): Config {
  const parsed = parseConfig({
    cloud: "lab",
    machineNetwork: { network: "net", subnet: "sub" },
    pools: [{ name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos", ...pool }],
    ...rest,
  });
  if (!parsed.config) throw new Error(JSON.stringify(parsed.faults));
  return parsed.config;
}

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
/** A cluster whose installer made a group for the workers, or several. */
const groups = (workerGroup: PreflightFacts["cloud"]["workerGroup"], ...ids: string[]): PreflightFacts =>
  factsOf({ workerGroup, groups: ids, more: [{ id: "t", cidr: "10.0.1.0/24" }] });
const workers = (...ids: string[]): PreflightFacts => groups({ id: "worker-id", name: "lab-7x2kq-worker" }, ...ids);

const cases: [check: string, bad: [Config, PreflightFacts], twin: [Config, PreflightFacts]][] = [
  [
    "machine-network",
    [config(), factsOf({ cluster: { machineNetworks: [], apiVips: [] } })],
    [config(), factsOf({ cluster: { apiVips: [] } })],
  ],
  ["machine-network", [config(), tagged("other")], [config(), tagged("s")]],
  ["machine-network", [config(), tagged("other", "another")], [config(), tagged("other", "s")]],
  ["machine-network", [config(), tagged("other")], [config({}, { machineNetwork: undefined }), tagged("other")]],
  [
    "security-groups",
    [config(otherGroup), workers("storage-id")],
    [config(otherGroup), workers("storage-id", "worker-id")],
  ],
  ["security-groups", [config(otherGroup), workers("storage-id")], [config({ securityGroups: [] }), workers()]],
  ["security-groups", [config(otherGroup), workers("storage-id")], [config(), workers("worker-id")]],
  ["security-groups", [config(otherGroup), workers("storage-id")], [config(otherGroup), groups("several")]],
  ["security-groups", [config(otherGroup), workers("storage-id")], [config(otherGroup), groups(undefined)]],
  [
    "security-groups",
    [config({ networks: [otherGroup] }), workers("storage-id")],
    [config({ ...otherGroup, networks: [{ securityGroups: [] }] }), workers()],
  ],
  [
    "security-groups",
    [config({ networks: [otherGroup, {}] }), workers("storage-id")],
    [config({ networks: [{}, otherGroup] }), workers("worker-id")],
  ],
  ["permissions", [config(), mayNotRead("secrets", "mtu")], [config(), mayNotRead("secrets", "machineConfigServer")]],
  ["permissions", [config(), mayNotRead("networks", "machineConfigServer")], [config(), mayNotRead("networks", "mtu")]],
];

test.each(cases)("GIVEN a cause for %s WHEN it is judged THEN it is found, and its twin passes", (check, bad, twin) => {
  expect(preflight(...bad).map((fault) => fault.check)).toEqual([check]);
  expect(preflight(...twin)).toEqual([]);
});
