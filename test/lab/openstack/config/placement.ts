import { authtoken, databaseUrl } from "./common.ts";
import type { Ini } from "./ini.ts";

export const placement: Ini = {
  api: { auth_strategy: "keystone" },
  placement_database: { connection: databaseUrl("placement") },
  keystone_authtoken: authtoken("placement"),
};
