import js from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/** Node.js fires a timer of more than 2^31-1 ms at once, and a bound of the config may be longer. */
const anyLength = "use components/lib/timer.ts or wait.ts: they wait for any length of time";

export default tseslint.config(
  { ignores: ["node_modules/", "dist/"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { "@pulumi": pulumi },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      // The Kubernetes client takes its models as plain objects, as all of its examples give them.
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "max-lines": ["warn", { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["components/**/*.ts", "infra/**/*.ts"],
    ignores: ["components/lib/timer.ts"],
    rules: {
      "no-restricted-globals": ["error", { name: "setTimeout", message: anyLength }],
      "no-restricted-properties": ["error", { object: "AbortSignal", property: "timeout", message: anyLength }],
      "no-restricted-imports": [
        "error",
        ...["node:timers", "node:timers/promises"].map((name) => ({ name, message: anyLength })),
      ],
    },
  },
);
