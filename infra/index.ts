import { enableCompileCache } from "node:module";
import { cacheFolder } from "./cache-folder.ts";

// Node strips the types in place, so that positions are right as they are. The SDK's hook looks for source maps whenever
// it makes a stack trace, of each resource and each output (@pulumi/pulumi, cmd/run/index.js).
Reflect.deleteProperty(Error, "prepareStackTrace");

// Compiled code is kept between commands: the libraries that are loaded from here on are most of the program's start.
const folder = cacheFolder(process.env);
if (folder !== undefined) enableCompileCache(folder);

const { leaveOutSdkDebugging } = await import("./sdk-debugging.ts");
leaveOutSdkDebugging(process.env);

const { main } = await import("./main.ts");

export default main;
