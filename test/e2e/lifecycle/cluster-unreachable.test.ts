/** @shared makes nothing; no other clouds.yaml names the regions that it adds to the catalog */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { unresponsiveEndpoints } from "../support/access/unresponsive-endpoints.ts";
import { Cleanup } from "../support/cleanup.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Preflight, Project } from "../support/project.ts";

const own = new OwnPool("unresponsive");

describe("GIVEN a server that accepts connections and never answers", () => {
  const cleanup = new Cleanup();
  const results = new Map<string, Preflight>();

  beforeAll(async () => {
    const projects = new Map<string, Project>();
    for (const [name, env] of Object.entries(await unresponsiveEndpoints(cleanup)))
      projects.set(
        name,
        await Project.withPool(`unresponsive-${name.replaceAll(" ", "-")}`, { name: own.name }, {}, env),
      );
    const run = async ([name, project]: [string, Project]): Promise<unknown> =>
      results.set(name, await project.preflight());
    await Promise.all([...projects].map(run));
  });
  afterAll(cleanup.run);

  // a command that does not end by itself within two minutes has no exit code
  test.each([
    ["identity and cluster", "the identity service", /cloud: the identity service at http\S+ gave no answer/],
    ["identity and cluster", "the API server", /cluster: the API server at https\S+ gave no answer for the version/],
    ["behind a balancer", "the API server", /cluster: the API server at http\S+ gave no answer for the version/],
    [
      "helper",
      "the kubeconfig's helper",
      /cluster: the kubeconfig's user "user" has no credentials, its helper sleep /,
    ],
    ["object store", "the object store", /cloud: the object store at http\S+ cannot be queried: /],
    [
      "network",
      "the service",
      /cloud: the OpenStack provider cannot use the network service: it did not answer in time/,
    ],
    ["proxy", "what is behind it", /cloud: the identity service at \S+ gave no answer/],
  ])("WHEN it stands in for %s THEN the run ends and names %s", (name, _, expected) => {
    const { code, output } = results.get(name) ?? { code: undefined, output: "" };
    expect(output).toMatch(expected);
    expect(code).toBe(1);
  });
});
