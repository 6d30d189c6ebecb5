import { NodeProviderServer } from "./provider.ts";
import { EngineLog, serve } from "./serve.ts";

// the engine's address is the plugin's first argument that is not an option
const engine = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
await serve(new NodeProviderServer(new EngineLog(engine), "0.1.0").implementation());
