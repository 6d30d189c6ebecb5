import { parseArgs } from "node:util";
import { exitBy } from "../infra/cli/exit-code.ts";
import { run } from "../infra/cli/pulumi.ts";
import { platformOf } from "./platform/choose.ts";
import { changesOf, digestSchema } from "./review/changes.ts";
import { renderReview } from "./review/markdown.ts";
import { verdictOf } from "./review/verdict.ts";

/**
 * Previews a stack, prints what would change as Markdown and, with --comment, writes it to the pull request of the pipeline:
 * `npm run ci:review -- --stack <stack> [--comment]`. Exit code 0: go on; 1: the preview failed; 2: it could not run; 3: something
 * is replaced or detached, and nobody has approved the commit.
 */

async function main(): Promise<number> {
  const { stack, comment } = parseArgs({
    options: { stack: { type: "string" }, comment: { type: "boolean", default: false } },
  }).values;
  if (stack === undefined)
    throw new Error("--stack is missing. Usage: npm run ci:review -- --stack <stack> [--comment]");
  const platform = comment ? platformOf(process.env) : undefined;
  const { ok, stdout, printed } = await run(["preview", "--json", "--stack", stack]);
  if (!stdout.trimStart().startsWith("{")) throw new Error(`pulumi preview printed no JSON:\n${printed.trim()}`);
  const changes = changesOf(digestSchema.parse(JSON.parse(stdout)));
  const text = renderReview(stack, changes, !ok);
  console.log(text);
  await platform?.comment(text);
  const verdict = verdictOf(!ok, changes.isGrave, changes.isGrave ? await platform?.approvals() : undefined);
  console.error(`${stack}: ${verdict.text}`);
  return verdict.code;
}

await exitBy(main);
