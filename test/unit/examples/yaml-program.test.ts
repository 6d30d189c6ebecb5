import { expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../../lab/settings.ts";

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifestIn = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(path.join(repo, folder, "package.json"), "utf8")) as Manifest;

test("GIVEN the component for Pulumi YAML WHEN its package.json is read THEN it has the project's own versions", async () => {
  const { version, dependencies, devDependencies } = await manifestIn(".");
  const { dependencies: named } = await manifestIn("examples/yaml-program/component");
  const own = {
    ...dependencies,
    ...devDependencies,
    "openstack-baremetal-compute": `file:openstack-baremetal-compute-${version}.tgz`,
  };
  expect(Object.keys(named)).toContain("openstack-baremetal-compute");
  expect(own).toMatchObject(named);
});
