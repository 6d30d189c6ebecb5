import { parseArgs, styleText } from "node:util";
import { Observer, orReason } from "../discovery/observe.ts";
import { parseState } from "../discovery/exported-state.ts";
import { surgedConfig } from "../status/changes.ts";
import { findingsOf } from "../status/findings.ts";
import { ofSameIdentity } from "../status/identity.ts";
import { renderFindings, unreadParts } from "../status/render.ts";
import { exitBy } from "./exit-code.ts";
import { pulumi } from "./pulumi.ts";
import { readStack } from "./stack.ts";

/**
 * Compares state, cloud and cluster, and changes nothing: `npm run doctor -- --stack <stack>`. Exit code 0: they agree; 1:
 * they do not, or something is broken; 2: one of them could not be read.
 */

async function main(): Promise<number> {
  const { stack } = parseArgs({ options: { stack: { type: "string" } } }).values;
  if (stack === undefined) throw new Error("--stack is missing. Usage: npm run doctor -- --stack <stack>");
  const exporting = orReason(async () => parseState(await pulumi(stack, "stack", "export")));
  const { owner, config: given, facts } = await readStack(stack);
  const observer = new Observer(given);
  try {
    const [state, cluster, cloud] = await Promise.all([exporting, observer.readCluster(), observer.readCloud()]);
    const { formerOwners } = given;
    const config = surgedConfig(given, { owner, formerOwners }, facts, cloud);
    const seen = { stack, owner, formerOwners, config, state, cluster, cloud, now: Date.now() };
    const observation = ofSameIdentity(seen, config.cloud);
    const findings = findingsOf(observation);
    console.log(renderFindings(observation, findings, (style, text) => styleText(style, text)));
    return unreadParts(observation).length > 0 ? 2 : findings.length > 0 ? 1 : 0;
  } finally {
    await observer.close();
  }
}

await exitBy(main);
