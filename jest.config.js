const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/support/strip-types.js" },
  testEnvironment: "node",
  // the package that is built there has the project's name
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  ...extra,
});

/** The project and several of its libraries are ES modules only: run with --experimental-vm-modules. */
export default {
  projects: [
    project("unit", { setupFilesAfterEnv: ["<rootDir>/test/support/setup.ts"] }),
    project("component", { setupFilesAfterEnv: ["<rootDir>/test/support/setup.ts"] }),
    project("browser", { setupFilesAfterEnv: ["<rootDir>/test/support/setup.ts"] }),
    project("rgw", { setupFilesAfterEnv: ["<rootDir>/test/support/setup.ts"] }),
    project("simulation", {
      setupFilesAfterEnv: ["<rootDir>/test/simulation/setup.ts"],
      testEnvironment: "<rootDir>/test/simulation/environment.js",
    }),
    project("e2e", { setupFilesAfterEnv: ["<rootDir>/test/e2e/setup.ts"] }),
    project("soak", { setupFilesAfterEnv: ["<rootDir>/test/e2e/setup.ts"] }),
  ],
};
