import { buildOf } from "./build.ts";

/** Checks workflows of GitHub Actions: their keys, contexts and expressions. */
export const actionlint = buildOf({
  folder: "actionlint",
  binary: "actionlint",
  target: "github.com/rhysd/actionlint/cmd/actionlint",
  timeout: 300,
});
