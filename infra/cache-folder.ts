import path from "node:path";

/**
 * Where compiled code is kept between commands; components/node/pulumi-resource-openshift-node says the same in shell.
 * @returns undefined: the user has no home
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { XDG_CACHE_HOME, HOME } = env;
  // an empty variable counts as none (XDG Base Directory Specification)
  const [cache] = [XDG_CACHE_HOME, HOME && path.join(HOME, ".cache")].filter(Boolean);
  return cache && path.join(cache, "openstack-baremetal-compute/node-compile-cache");
}
