import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { machineNetwork } from "../../lab/settings.ts";
import { Project } from "../support/project.ts";
import { makeRegion, writeClouds, writeKubeconfig } from "../support/cloud/region.ts";
import { type Silence, startSilence } from "../support/cluster/unreachable.ts";

type Env = Readonly<Record<string, string>>;
type Verdict = Awaited<ReturnType<Project["preflight"]>>;

describe("GIVEN somebody who takes connections and never answers", () => {
  const undo: (() => unknown)[] = [];
  const verdicts = new Map<string, Verdict>();
  let folder = "";
  const file = (name: string): string => path.join(folder, name);
  const inRegion = (region: string): Promise<Env> =>
    writeClouds(file(`${region}.yaml`), (entry) => (entry["region_name"] = region));

  /** Each case's environment; a region is a catalog of the real cloud with another URL in it. */
  const cases: Record<string, (at: string) => Promise<Env>> = {
    "identity and cluster": async (at) => ({
      ...(await writeClouds(file("identity.yaml"), ({ auth }) => (auth["auth_url"] = `http://${at}/v3`))),
      ...(await writeKubeconfig(file("tls"), (cluster) => (cluster["server"] = `https://${at}`))),
    }),
    "behind a balancer": (at) =>
      writeKubeconfig(file("clear"), (cluster) => {
        delete cluster["certificate-authority-data"];
        Object.assign(cluster, { server: `http://${at}`, "insecure-skip-tls-verify": true });
      }),
    helper: () =>
      writeKubeconfig(file("helper"), (_, user) => {
        const apiVersion = "client.authentication.k8s.io/v1";
        user.user = { exec: { apiVersion, command: "sleep", args: ["150"], interactiveMode: "Never" } };
      }),
    "object store": () => inRegion("SilentStore"),
    network: () => inRegion("SilentNetwork"),
    proxy: (at) => {
      const direct = `127.0.0.1,localhost,${machineNetwork.apiVip}`;
      return Promise.resolve({ HTTPS_PROXY: `http://${at}`, NO_PROXY: direct, no_proxy: direct });
    },
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "silence-"));
    const silence: Silence = await startSilence();
    undo.push(
      () => rm(folder, { recursive: true, force: true }),
      () => silence.stop(),
    );
    undo.push(await makeRegion("SilentStore", { "object-store": `http://${silence.at}/v1/AUTH_%(tenant_id)s` }));
    undo.push(await makeRegion("SilentNetwork", { network: `http://${silence.at}` }));
    const projects = new Map<string, Project>();
    for (const [name, envOf] of Object.entries(cases))
      projects.set(name, await Project.create(`silence-${name.replaceAll(" ", "-")}`, {}, await envOf(silence.at)));
    const judge = async ([name, project]: [string, Project]): Promise<unknown> =>
      verdicts.set(name, await project.preflight());
    await Promise.all([...projects].map(judge));
  });

  afterAll(async () => {
    for (const each of undo.toReversed()) await each();
  });

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
    ["network", "the network", /machineNetwork\.network: the cloud did not return network .*: no answer in time/],
    ["network", "the subnet", /machineNetwork\.subnet: the cloud did not return subnet .*: no answer in time/],
    ["proxy", "what is behind it", /cloud: the identity service at \S+ gave no answer/],
  ])("WHEN it stands in for %s THEN the run ends and names %s", (name, _, expected) => {
    const { code, output } = verdicts.get(name) ?? { code: undefined, output: "" };
    expect(output).toMatch(expected);
    expect(code).toBe(1);
  });
});
