import { Api } from "../../../components/kubernetes/client.ts";
import { loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";

// A program that asks the API server and leaves a watch open, and closes the client if it is told to.

const [close] = process.argv.slice(2);
const api = new Api(loadKubeConfig({}));
await api.request("/api/v1/nodes");
await api.lines("/api/v1/nodes", { watch: "true", resourceVersion: "1" }, new AbortController().signal);
if (close === "close") await api.close();
console.log("done");
