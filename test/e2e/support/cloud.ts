import { CloudQueries } from "../../lab/cloud.ts";
import { files } from "../../lab/settings.ts";

process.env["OS_CLIENT_CONFIG_FILE"] = files.cloudsYaml;

/** The project that the program works in, seen by its own user. */
export const cloud = await CloudQueries.login("lab");
/** What only an administrator sees. */
export const admin = await CloudQueries.login("lab-admin");
