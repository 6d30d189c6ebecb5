import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { leftovers } from "../../lab/leftovers.ts";
import { applicationCredential } from "../support/obstacles.ts";
import { Project, succeeded } from "../support/project.ts";

type Credential = Awaited<ReturnType<typeof applicationCredential>>;

describe("GIVEN a stack that was made with a credential that is revoked by now", () => {
  let folder = "";
  let project: Project;
  let former: Credential;
  let current: Credential;

  /** clouds.yaml with one entry. JSON is YAML. */
  const use = ({ env }: Credential): Promise<void> => {
    const auth = {
      auth_url: env["OS_AUTH_URL"],
      application_credential_id: env["OS_APPLICATION_CREDENTIAL_ID"],
      application_credential_secret: env["OS_APPLICATION_CREDENTIAL_SECRET"],
    };
    const entry = { auth, region_name: env["OS_REGION_NAME"], cacert: env["OS_CACERT"] };
    const clouds = { lab: { auth_type: "v3applicationcredential", ...entry } };
    return writeFile(path.join(folder, "clouds.yaml"), JSON.stringify({ clouds }));
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "rotated-"));
    [former, current] = [await applicationCredential(), await applicationCredential()];
    await use(former);
    const env = { OS_CLIENT_CONFIG_FILE: path.join(folder, "clouds.yaml") };
    project = await Project.create("rotated-credential", {}, env);
    await project.configure({ pools: await project.pools({ name: "rotated", replicas: 0 }) });
    succeeded(await project.up());
    await former.undo();
  });
  afterAll(async () => {
    await current.undo();
    await rm(folder, { recursive: true, force: true });
  });

  test("WHEN clouds.yaml has not got the new one yet THEN destroy fails, and everything is kept", async () => {
    const run = await project.destroy();
    expect(run.ok).toBe(false);
    expect(await leftovers()).toEqual([expect.stringContaining("rotated")]);
  });

  test("WHEN clouds.yaml has the new one THEN destroy leaves nothing, and neither secret was ever in the state", async () => {
    const state = await project.export();
    for (const { env } of [former, current]) expect(state).not.toContain(env["OS_APPLICATION_CREDENTIAL_SECRET"]);
    await use(current);
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});
