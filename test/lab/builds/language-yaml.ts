import { buildOf } from "./build.ts";

/** The language host of Pulumi YAML. The official CLI comes with one. */
export const languageYaml = buildOf({
  folder: "language-yaml",
  binary: "pulumi-language-yaml",
  target: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
  timeout: 600,
});
