import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { policies } from "../../../policy/policies.ts";
import { types } from "../../../policy/rules.ts";
import { repo } from "../../lab/settings.ts";

const folder = path.join(repo, "policy");

describe("GIVEN the policy pack as Pulumi's language host starts it", () => {
  let pack: ChildProcess;
  let client: AnalyzerClient;

  beforeAll(async () => {
    const runner = createRequire(path.join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const started = spawn(process.execPath, [runner, "127.0.0.1:1", folder], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    pack = started;
    let errors = "";
    started.stderr.on("data", (text: Buffer) => (errors += text.toString()));
    const port = await new Promise<string>((resolve, reject) => {
      started.stdout.once("data", (text: Buffer) => resolve(text.toString().trim()));
      started.once("close", () => reject(new Error(errors)));
    });
    client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    pack.kill();
    await once(pack, "close");
  });

  /** The result of a call. */
  const answered = <T>(call: (callback: (error: ServiceError | null, response: T) => void) => unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      call((error, response) => (error ? reject(error) : resolve(response)));
    });

  test("WHEN the engine asks for its policies THEN it has all, with their config", async () => {
    const info = await answered<messages.AnalyzerInfo>((done) => client.getAnalyzerInfo(new empty.Empty(), done));
    expect(info.getPoliciesList().map((policy) => policy.getName())).toEqual(policies.map(({ name }) => name));
    const [timeouts] = info.getPoliciesList();
    expect(timeouts?.getConfigschema()?.getProperties()?.toJavaScript()).toMatchObject({
      minimumCreate: { type: "integer", default: 60 },
    });
  });

  test("WHEN a resource breaks a policy THEN it says which, and why", async () => {
    const request = new messages.AnalyzeRequest()
      .setType(types.container)
      .setName("payload")
      .setUrn(`urn:pulumi:production::project::${types.container}::payload`)
      .setProperties(struct.Struct.fromJavaScript({ containerRead: ".r:*" }))
      .setOptions(new messages.AnalyzerResourceOptions());
    const response = await answered<messages.AnalyzeResponse>((done) => client.analyze(request, done));
    expect(response.getDiagnosticsList().map((it) => `${it.getPolicyname()}: ${it.getMessage()}`)).toEqual([
      expect.stringMatching(
        /^no-public-container: [^]*container payload: containerRead "\.r:\*" lets everybody read it/,
      ),
    ]);
  });
});
