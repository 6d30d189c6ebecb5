/**
 * The floors of the project: imports run downwards only, type imports included, and never in a circle. One list orders
 * the floors; a file may import its own floor and those below it. docs/architecture.md shows the same tree.
 */
const floors = [
  ["ci/[^/]+\\.ts"],
  ["ci/(drift|platform|review)/"],
  ["infra/index.ts"],
  ["infra/main.ts", "infra/cli/"],
  ["infra/report/"],
  ["infra/status/"],
  ["infra/preflight/"],
  [
    "infra/pools.ts",
    "infra/pool-spec.ts",
    "infra/providers.ts",
    "infra/outputs.ts",
    "infra/lookups.ts",
    "infra/registrar/",
  ],
  ["infra/discovery/"],
  ["infra/config/"],
  ["infra/diagnostics/", "infra/cache-folder.ts", "infra/sdk-debugging.ts"],
  ["components/[^/]+\\.ts"],
  ["components/node/main.ts"],
  ["components/node/protocol/", "components/node/decision"],
  ["components/node/resources/"],
  ["components/node/(drain|join|leftovers)/"],
  ["components/node/metadata/"],
  ["components/node/cluster/"],
  ["components/node/(operation|schemas)/"],
  ["components/node/csr/"],
  ["components/(hosts|ignition|lifecycle|ports|server|rollout)/"],
  ["components/(kubernetes|openstack)/"],
  ["components/lib/"],
];

const upwards = floors.slice(1).map((floor, i) => ({
  name: "no-import-upwards",
  comment: "a file may import its own floor and those below it (the list of floors in .dependency-cruiser.js)",
  severity: "error",
  from: { path: `^(${floor.join("|")})` },
  to: {
    path: `^(${floors
      .slice(0, i + 1)
      .flat()
      .join("|")})`,
  },
}));

export default {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    ...upwards,
    {
      name: "no-test-in-program",
      comment: "nothing of the tests or the lab is imported by the program",
      severity: "error",
      from: { path: "^(ci|infra|components)/" },
      to: { path: "^test/" },
    },
    {
      name: "no-project-in-policy",
      comment: "the policy pack is a folder that can be copied as it is, or published",
      severity: "error",
      from: { path: "^policy/" },
      to: { path: "^(infra|components|test)/" },
    },
    {
      name: "no-inside-of-plugin",
      comment: "the program knows the plugin by its resources and by decisions.ts alone",
      severity: "error",
      from: { path: "^infra/" },
      to: { path: "^components/node/", pathNot: "^components/node/decisions\\.ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"] },
  },
};
