import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ClusterAddress } from "../../../components/kubernetes/kubeconfig.ts";
import { selfSigned } from "../../support/authority.ts";
import { eventually, failureOf, joinInputs, NodeHarness } from "../support/node-harness.ts";
import { ScriptedApi } from "../support/scripted-api.ts";

// The token of a kubeconfig's user lives for some hours, and a roll may take longer. No process reads the kubeconfig again,
// but each reads the file of a token.

const expired = /API server: Unauthorized: the kubeconfig's user "u" has a token that has expired, .*`oc login`/;

let tls: { cert: string; key: string };
let harness: NodeHarness;
let valid: string;
const withToken = (token: string): ClusterAddress => ({ kubeconfig: harness.api.kubeconfig(token), ca: tls.cert });

beforeAll(async () => {
  tls = await selfSigned();
});
beforeEach(async () => {
  harness = new NodeHarness();
  harness.api = new ScriptedApi(tls);
  valid = "first";
  harness.api.accepts = (token) => token === valid;
  await harness.api.start();
  harness.connect({}, withToken("first"));
});
afterEach(() => harness.stop());

/** The next command, with the kubeconfig as it is by then. */
function logInAgain(): void {
  harness.restart(withToken("second"));
}

/** A kubelet that does what is left for it to do, from its request to Ready. */
async function kubelet(): Promise<void> {
  await eventually(() => harness.approved("csr-client"));
  harness.node();
  await harness.request("csr-serving", "serving");
}

describe("GIVEN a token in the kubeconfig that expires while a machine boots, WHEN it asks to join", () => {
  test("THEN the join ends, and says which credentials are to be renewed", async () => {
    const joining = failureOf(harness.join());
    await eventually(() => harness.api.standing("csrs") === 1);
    valid = "second";
    await harness.request("csr-client", "client");
    const message = await joining;
    expect(message).toMatch(expired);
    expect(message).toMatch(/The server is kept\..*run `pulumi up` again: it continues with the same server/);
    expect(message).not.toContain("first");
    expect(harness.approved("csr-client")).toBe(false);
  });

  test("THEN the same command joins it with a new token", async () => {
    const joining = failureOf(harness.join());
    await eventually(() => harness.api.standing("csrs") === 1);
    valid = "second";
    await harness.request("csr-client", "client");
    await joining;
    logInAgain();
    const again = harness.join();
    await kubelet();
    expect(await again).toMatchObject({ state: "Ready" });
  });

  test("THEN one that hears of nobody any more says so, on its line and at its end", async () => {
    const joining = failureOf(harness.join({ timeouts: { ...joinInputs.timeouts, boot: 3 } }));
    await eventually(() => harness.api.standing("csrs") === 1);
    valid = "second";
    harness.api.cut();
    expect(await joining).toMatch(expired);
    expect(harness.infos.some((it) => it.startsWith("boot: ") && expired.test(it))).toBe(true);
  });
});

test("GIVEN a token that expires while a node is drained WHEN a pod is evicted THEN the drain ends, and the same command goes on", async () => {
  harness.node();
  harness.pod("web-1");
  harness.api.onEvict = () => {
    valid = "second";
    return [429, { message: "it would violate the pod's disruption budget" }];
  };
  const message = await failureOf(harness.drain({ timeout: 60 }));
  expect(message).toMatch(expired);
  expect(message).toMatch(/the node stays cordoned\. Then run the same command again/);
  expect(message).not.toMatch(/permi/);
  harness.api.onEvict = () => undefined;
  logInAgain();
  await harness.drain({});
  expect(harness.api.get("pods", "web-1")).toBeUndefined();
});

describe("GIVEN a kubeconfig with a tokenFile whose token expires", () => {
  let file = "";
  beforeAll(async () => {
    file = path.join(await mkdtemp(path.join(tmpdir(), "expired-token-")), "token");
  });
  afterAll(() => rm(path.dirname(file), { recursive: true }));
  beforeEach(async () => {
    await writeFile(file, "first");
    const kubeconfig = harness.api
      .kubeconfig("first")
      .replace('"token":"first"', `"tokenFile":${JSON.stringify(file)}`);
    harness.restart({ kubeconfig, ca: tls.cert });
  });

  async function renew(): Promise<void> {
    valid = "second";
    await writeFile(file, "second");
  }

  test("WHEN it is renewed while a machine boots THEN the same join ends, its watches included", async () => {
    const joining = harness.join({ timeouts: { ...joinInputs.timeouts, boot: 20 } });
    await eventually(() => harness.api.standing("csrs") === 1);
    valid = "second";
    harness.api.cut();
    await eventually(() => harness.infos.some((it) => /Unauthorized: .* tokenFile .*token/.test(it)));
    await renew();
    await harness.request("csr-client", "client");
    await kubelet();
    expect(await joining).toMatchObject({ state: "Ready" });
  });

  test("WHEN it is renewed while a node is drained THEN the same drain ends", async () => {
    harness.node();
    harness.pod("web-1");
    let refused = 0;
    harness.api.onEvict = () => {
      refused += 1;
      if (refused > 1) return undefined;
      void renew();
      return [429, { message: "it would violate the pod's disruption budget" }];
    };
    await harness.drain({ timeout: 60 });
    expect(harness.api.get("pods", "web-1")).toBeUndefined();
  });
});
