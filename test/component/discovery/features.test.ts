import { describe, expect, test } from "@jest/globals";
import { CloudClient } from "../../../components/openstack/client.ts";
import { type NeutronFeatures, readFeatures } from "../../../infra/discovery/cloud/features.ts";
import { cloudForEachTest } from "../support/cloud-of-each-test.ts";

describe.each<[feature: string, path: string, read: (features: NeutronFeatures) => Promise<boolean>]>([
  ["security groups", "/v2.0/security-groups", ({ hasSecurityGroups }) => hasSecurityGroups],
  ["trunks", "/v2.0/trunks", ({ hasTrunks }) => hasTrunks()],
])(
  "GIVEN a network service whose list of extensions does not tell, WHEN it is asked for %s",
  (_feature, path, read) => {
    const scripted = cloudForEachTest();
    const signal = () => AbortSignal.timeout(10_000);
    const found = async (): Promise<boolean> =>
      read(readFeatures(await CloudClient.login(scripted.cloud.name, signal()), signal()));

    test("AND it answers with what it has THEN it has it", async () => {
      scripted.cloud.onRequest = (request) => (request.includes("/extensions") ? 404 : undefined);
      expect(await found()).toBe(true);
      expect(scripted.cloud.requests).toContain(`GET /network${path}?fields=id&limit=1`);
    });

    test.each([
      [404, "it has none", false],
      [403, "it does not tell", true],
      [503, "it does not tell", true],
    ])("AND it answers %d THEN %s", async (status, _, expected) => {
      scripted.cloud.onRequest = (request) => (request.includes(path) ? status : undefined);
      expect(await found()).toBe(expected);
    });
  },
);
