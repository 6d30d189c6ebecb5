import path from "node:path";
import { dirs } from "../settings.ts";

/** Configuration of the cloud's services, rendered anew at each `up`. */
export const conf = path.join(dirs.conf, "cloud");

/** Everything the cloud's services keep. One folder, since it is thrown away and restored as a whole. */
export const data = path.join(dirs.data, "cloud");

export const postgresData = path.join(data, "postgresql");
export const postgresSocket = path.join(data, "pgsock");
export const temporary = path.join(data, "tmp");

/** Our own Python: Ironic's hardware type and the ML2 driver, found by their dist-info. */
export const plugins = path.join(import.meta.dirname, "plugins");
