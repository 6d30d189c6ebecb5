import ts from "typescript";

/** What package.json of the project says, as far as the package needs it. */
export interface ProjectManifest {
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Names of the packages that modules import, in order. */
export function importedPackages(modules: readonly string[]): string[] {
  const specifiers = modules.flatMap((text) =>
    ts.preProcessFile(text, true, true).importedFiles.map((it) => it.fileName),
  );
  const names = specifiers
    .filter((specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:"))
    .map((specifier) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/"));
  return [...new Set(names)].toSorted();
}

const entry = (path: string): object => ({ types: `./${path}.d.ts`, default: `./${path}.js` });

/**
 * package.json of the package that other programs install. Pulumi's SDK and providers are the program's own: two copies of an
 * SDK in a process are two sets of resources. What nothing imports stays out, as what only the lab and the tests need.
 *
 * It is private until its owner decides where it is published.
 *
 * @param imported names of the packages that its modules import
 */
export function packageManifest(project: ProjectManifest, imported: readonly string[]): object {
  const versionOf = (name: string): string => {
    const version = project.dependencies[name];
    if (version === undefined) throw new Error(`${name} is imported, but not among the dependencies in package.json`);
    return version;
  };
  const isPeer = (name: string): boolean => name.startsWith("@pulumi/");
  const pinned = imported.filter((name) => !isPeer(name)).map((name) => [name, versionOf(name)] as const);
  const peers = imported.filter(isPeer).map((name) => [name, `^${versionOf(name)}`] as const);
  const { version, license, description, engines } = project;
  return {
    name: "openstack-baremetal-compute",
    version,
    description,
    license,
    private: true,
    type: "module",
    engines,
    exports: {
      ".": entry("components/index"),
      "./program": entry("infra/index"),
      "./lookups": entry("infra/lookups"),
      "./package.json": "./package.json",
    },
    dependencies: Object.fromEntries(pinned),
    peerDependencies: Object.fromEntries(peers),
  };
}
