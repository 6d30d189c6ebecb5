import { expect } from "@jest/globals";
import { type Config, parseConfig } from "../../infra/config/load.ts";

// Stack files as plain data, and what the program makes of them.

export const pool = (extra: object = {}): Record<string, unknown> => ({
  name: "metal",
  replicas: 2,
  flavor: "baremetal",
  image: "rhcos",
  ...extra,
});

/** A pool without replicas. */
export const named = (extra: object): Record<string, unknown> => ({
  name: "metal",
  flavor: "baremetal",
  image: "rhcos",
  ...extra,
});

export const good = (...pools: Record<string, unknown>[]): Record<string, unknown> => ({
  cloud: "lab",
  machineNetwork: { network: "net", subnet: "sub" },
  pools: pools.length > 0 ? pools : [pool()],
});

export function accepted(raw: Record<string, unknown>): Config {
  const { config, diagnostics } = parseConfig(raw);
  expect(diagnostics).toBeUndefined();
  if (!config) throw new Error("refused");
  return config;
}

export const diagnosticsOf = (raw: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries((parseConfig(raw).diagnostics ?? []).map(({ path, problem }) => [path, problem]));
