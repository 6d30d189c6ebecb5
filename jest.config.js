const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2024", parser: { syntax: "typescript" } } }] },
  testEnvironment: "node",
  ...extra,
});

/** Run with --experimental-vm-modules: the project and several of its libraries are ES modules only. */
export default {
  projects: [
    project("unit"),
    project("component"),
    project("e2e", { setupFilesAfterEnv: ["<rootDir>/test/e2e/setup.ts"] }),
  ],
};
