import { CloudQueries } from "../../../lab/cloud.ts";

/** The project that the program works in, seen by its own user. */
export const cloud = await CloudQueries.login("lab");
/** What only an administrator sees. */
export const admin = await CloudQueries.login("lab-admin");
