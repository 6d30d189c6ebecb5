import { direct } from "../settings.ts";

/**
 * NO_PROXY and no_proxy of an environment, extended by what is of the lab: programs read the one or the other, and a
 * proxy of the host knows nothing of the lab's addresses.
 */
export function noProxy(env: Readonly<Record<string, string | undefined>> = process.env): Record<string, string> {
  const extended = (name: string, other: string): string =>
    [...new Set([...(env[name] ?? env[other] ?? "").split(","), ...direct])].filter((each) => each !== "").join(",");
  return { NO_PROXY: extended("NO_PROXY", "no_proxy"), no_proxy: extended("no_proxy", "NO_PROXY") };
}
