import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../../../infra/config/load.ts";
import { renderDiagnostics } from "../../../../../infra/diagnostics/diagnostic.ts";
import { configOf, diagnosticsOf, factsOf } from "../../../../support/preflight-facts.ts";

const through = { httpsProxy: "http://proxy.example:3128" };

describe("GIVEN machines that fetch their Ignition config by a proxy", () => {
  test.each<[string, object | undefined]>([
    ["its address is an exception", { ...through, noProxy: ["10.0.0.5"] }],
    ["its network is an exception", { ...through, noProxy: ["10.0.0.0/24"] }],
    ["the proxy is for http alone", { httpProxy: "http://proxy.example:3128" }],
    ["there is no proxy", undefined],
  ])("WHEN they reach the Machine Config Server without it, as %s, THEN there is nothing against it", (_, proxy) => {
    expect(diagnosticsOf(configOf({ ignition: { proxy } }), factsOf({}))).toEqual([]);
  });

  test("WHEN the Machine Config Server is not an exception THEN that is a warning, with what to add", () => {
    const config = configOf({ ignition: { proxy: { ...through, noProxy: [".example"] } } });
    expect(diagnosticsOf(config, factsOf({}))).toEqual([
      {
        check: "ignition",
        path: "pools[metal].ignition.proxy.noProxy",
        problem:
          "the machines fetch from the Machine Config Server at https://10.0.0.5:22623 through http://proxy.example:3128",
        expected:
          "a connection without a proxy: it is in the machines' own network, and a proxy seldom allows its port",
        remedy: "add 10.0.0.5 to it; if the proxy does allow it, skip the check: preflight.skip: [ignition]",
        warning: true,
      },
    ]);
  });

  test("WHEN its URL has a password THEN it is refused, and the password is not shown", () => {
    const proxy = { httpsProxy: "http://user:canary-93@proxy.example:3128" };
    const { diagnostics = [] } = parseConfig({
      cloud: "lab",
      pools: [{ name: "metal", replicas: 1, flavor: "f", image: "i", ignition: { proxy } }],
    });
    const text = renderDiagnostics(diagnostics);
    expect(text).toMatch(/httpsProxy: .*\n.*without a user: user data is stored in plain text/);
    expect(text).not.toContain("canary");
  });
});
