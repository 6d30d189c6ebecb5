/** Alone on the lab: without a region the first endpoint of the catalog counts, and others add regions. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CloudError } from "../../../components/openstack/error.ts";
import { FormReader, identityIn, identityOf } from "../support/access/identities.ts";
import { Cleanup } from "../support/cleanup.ts";
import { makeValues, type Values } from "../support/cloud/odd-accounts.ts";
import { cloudsYaml, oddPasswords } from "./cloud-forms/files.ts";
import { refusedEntries } from "./cloud-forms/refused-entries.ts";
import { refusedEnvironment, refusedVariables } from "./cloud-forms/refused-variables.ts";
import { besides, environment } from "./cloud-forms/variables.ts";
import { folders, yaml } from "./cloud-forms/yaml.ts";

const accepted = [...cloudsYaml, ...yaml, ...folders, ...besides, ...environment];
const refused = [...refusedEntries, ...refusedVariables, ...refusedEnvironment];

describe("GIVEN accounts of all kinds in the lab's cloud", () => {
  const cleanup = new Cleanup();
  let values: Values = {};

  const openReader = async (): Promise<FormReader> => new FormReader(await cleanup.folder("cloud-identity"), values);

  beforeAll(async () => {
    values = await makeValues(oddPasswords, cleanup);
  });
  afterAll(cleanup.run);

  test.each(accepted.map((form) => [form.title, form] as const))(
    "WHEN program and provider read %s THEN they are the same user in the same project, region and endpoints",
    async (_, form) => {
      const reader = await openReader();
      const client = await reader.program(form);
      const scope = await reader.provider(form, client.interface);
      expect(identityOf(client)).toEqual(identityIn(scope, client.interface));
      expect(scope.projectId).toBe(values["project_id"]);
    },
  );

  describe.each(refused.map((form) => [form.title, form] as const))(
    "WHEN program and provider read %s, which the provider refuses, ignores or takes for another identity",
    (_, form) => {
      let reader: FormReader;
      let error: unknown;
      const cloudError = (): CloudError => {
        if (!(error instanceof CloudError)) throw new Error("it was not refused", { cause: error });
        return error;
      };
      beforeAll(async () => {
        reader = await openReader();
        error = await reader.program(form).then(
          () => undefined,
          (reason: unknown) => reason,
        );
      });

      test("THEN the program refuses it by name", () => {
        const { problem, remedy } = cloudError();
        expect(`${problem}\n${remedy}`).toContain(form.names);
      });

      test("THEN its error shows no secret", () => {
        const { message, expected } = cloudError();
        for (const secret of ["password", "token", "credential_secret"])
          expect(`${message} ${expected}`).not.toContain(values[secret]);
      });

      test(`THEN the provider ${form.provider}`, async () => {
        const done = await reader.provider(form, "public").then(
          () => "goes on",
          () => "refuses",
        );
        expect(done).toBe(form.provider);
      });
    },
  );
});
