import { afterEach, beforeEach } from "@jest/globals";
import { StackCloud } from "../../../components/node/leftovers/stack-cloud.ts";
import { ScriptedCloud } from "./scripted-cloud.ts";

/** A scripted cloud, and what logs in to it. */
export interface CloudOfTest {
  cloud: ScriptedCloud;
  /** as one process of the plugin shares it */
  session: StackCloud;
}

/** Another one for each test. */
export function cloudForEachTest(): CloudOfTest {
  const first = new ScriptedCloud();
  const own = { cloud: first, session: new StackCloud(first.name) };
  beforeEach(async () => {
    own.cloud = new ScriptedCloud();
    await own.cloud.start();
    own.session = new StackCloud(own.cloud.name);
  });
  afterEach(() => own.cloud.stop());
  return own;
}
