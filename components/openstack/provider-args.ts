import type { Cloud } from "./clouds-yaml.ts";
import { environmentCloud } from "./environment.ts";

interface ProviderArgs {
  readonly cloud?: string;
  readonly endpointType?: string;
}

/** What the OpenStack provider has to be told to be the same identity as the client that has logged in. */
export function providerArgs(name: string, kind: Cloud["interface"]): ProviderArgs {
  return {
    // of the environment's cloud the provider reads the variables itself, so that no secret of them gets into the state
    ...(name !== environmentCloud && { cloud: name }),
    // the provider takes the interface from this argument alone, and not from clouds.yaml
    ...(kind !== "public" && { endpointType: kind }),
  };
}
