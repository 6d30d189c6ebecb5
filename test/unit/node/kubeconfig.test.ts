import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type ClusterAddress, KubeconfigFault, loadKubeConfig } from "../../../components/node/kubeconfig.ts";

const before = { ...process.env };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "kubeconfig-"));
  delete process.env["KUBECONFIG"];
});
afterEach(async () => {
  process.env = { ...before };
  await rm(folder, { recursive: true });
});

const content = (name: string, server: string, current: string | undefined = name) =>
  JSON.stringify({
    clusters: [
      { name: "c", cluster: { server: `https://${server}` } },
      { name, cluster: { server: `https://${name}` } },
    ],
    users: [{ name: "u", user: {} }],
    contexts: [{ name, context: { cluster: "c", user: "u" } }],
    ...(current && { "current-context": current }),
  });
async function file(name: string, text: string): Promise<string> {
  const place = path.join(folder, name);
  await writeFile(place, text);
  return place;
}
const serverOf = async (address: ClusterAddress = {}) => (await loadKubeConfig(address)).getCurrentCluster()?.server;
const faultOf = async (address: ClusterAddress = {}) => {
  const error: unknown = await loadKubeConfig(address).catch((reason: unknown) => reason);
  if (!(error instanceof KubeconfigFault)) throw new Error("no KubeconfigFault", { cause: error });
  return error;
};

describe("GIVEN a kubeconfig by the rules of kubectl, WHEN it is loaded", () => {
  test("THEN content, a path and a path under ~ are taken", async () => {
    const place = await file("config", content("x", "a"));
    expect(await serverOf({ kubeconfig: content("x", "b") })).toBe("https://b");
    expect(await serverOf({ kubeconfig: place })).toBe("https://a");
    expect(await serverOf({ kubeconfig: `~/${path.relative(homedir(), place)}` })).toBe("https://a");
  });

  test("THEN KUBECONFIG's files are merged, the first to set a value wins, and missing ones are skipped", async () => {
    const files = ["/nowhere", await file("one", content("x", "a")), "", await file("two", content("y", "b"))];
    process.env["KUBECONFIG"] = files.join(path.delimiter);
    expect(await serverOf()).toBe("https://a");
    const merged = await loadKubeConfig({ context: "y" });
    expect(merged.getCurrentCluster()?.server).toBe("https://a");
    expect(merged.getClusters().map(({ name }) => name)).toEqual(["c", "x", "y"]);
  });

  test("THEN a configured path goes before KUBECONFIG", async () => {
    process.env["KUBECONFIG"] = await file("one", content("x", "a"));
    expect(await serverOf({ kubeconfig: await file("two", content("x", "b")) })).toBe("https://b");
  });
});

describe("GIVEN a kubeconfig that cannot be used, WHEN it is loaded", () => {
  test("THEN all the files that are not there are named", async () => {
    process.env["KUBECONFIG"] = ["/nowhere", "/nor/here"].join(path.delimiter);
    expect(await faultOf()).toMatchObject({ key: "kubeconfig", message: "there is no kubeconfig /nowhere, /nor/here" });
  });

  test("THEN one that cannot be read or parsed is named, without its content", async () => {
    expect((await faultOf({ kubeconfig: folder })).message).toBe(`kubeconfig ${folder} cannot be read: EISDIR`);
    const place = await file("bad", "token: {canary\n");
    expect((await faultOf({ kubeconfig: place })).message).toBe(`kubeconfig ${place} is not a kubeconfig`);
  });

  test.each([
    [{ context: "z" }, /has no context "z"; it has: x$/],
    [{ kubeconfig: content("x", "a", "") }, /has no current context; it has: x$/],
    [{ kubeconfig: content("x", "a").replace('"cluster":"c"', '"cluster":"d"') }, /has no cluster for its context "x"/],
  ])("THEN of %j it is said what is wrong with its context", async (address, expected) => {
    const fault = await faultOf({ kubeconfig: content("x", "a"), ...address });
    expect(fault).toMatchObject({ key: "context", known: ["x"] });
    expect(fault.message).toMatch(expected);
  });
});
