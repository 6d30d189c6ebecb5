import { describe, expect, test } from "@jest/globals";
import { parseStackConfig } from "../../../../infra/cli/stack.ts";

const pools = [{ name: "metal", replicas: 2, flavor: "baremetal", image: "rhcos" }];

/** As `pulumi config --json --show-secrets` prints it. */
const printed = (change: object = {}): string =>
  JSON.stringify({
    "p:cloud": { value: "lab", secret: false },
    "p:pools": { value: JSON.stringify(pools), objectValue: pools, secret: false },
    "other:key": { value: "x", secret: false },
    ...change,
  });

describe("GIVEN the config that the engine prints WHEN it is read", () => {
  test("THEN it is what the program reads", () => {
    const config = parseStackConfig("p", printed());
    expect(config).toMatchObject({ cloud: "lab", pools: [{ name: "metal", replicas: 2 }] });
  });

  test("THEN a secret kubeconfig is where the cluster is opened with", () => {
    const kubeconfig = "apiVersion: v1\nkind: Config\n";
    const config = parseStackConfig("p", printed({ "p:kubeconfig": { value: kubeconfig, secret: true } }));
    expect(config.cluster).toMatchObject({ kubeconfig });
  });

  test("THEN its errors are listed, without the value of a secret", () => {
    const wrong = printed({ "p:pools": { value: "3", secret: false }, "p:cloud": { value: "hush", secret: true } });
    const reading = () => parseStackConfig("p", wrong);
    expect(reading).toThrow(/pools: [\s\S]*expected: a list of pools/);
    expect(reading).not.toThrow(/hush/);
  });
});
