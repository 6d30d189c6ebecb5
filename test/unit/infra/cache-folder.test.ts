import { expect, test } from "@jest/globals";
import { cacheFolder } from "../../../infra/cache-folder.ts";

const own = "openstack-baremetal-compute/node-compile-cache";

test.each([
  [{ XDG_CACHE_HOME: "/caches", HOME: "/home/u" }, `/caches/${own}`],
  [{ HOME: "/home/u" }, `/home/u/.cache/${own}`],
  [{ XDG_CACHE_HOME: "", HOME: "/home/u" }, `/home/u/.cache/${own}`],
  [{ XDG_CACHE_HOME: "", HOME: "" }, undefined],
  [{}, undefined],
])("GIVEN the environment %j WHEN compiled code is to be kept THEN the folder is %s", (env, folder) => {
  expect(cacheFolder(env)).toBe(folder);
});
