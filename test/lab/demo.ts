import { CoreV1Api, KubeConfig, type V1Node } from "@kubernetes/client-node";
import { execa } from "execa";
import { engineEnv } from "./engine/environment.ts";
import { labDown, labUp } from "./lab.ts";
import { leftovers } from "./leftovers.ts";
import { Display } from "./runtime/display.ts";
import { exclusively } from "./runtime/lock.ts";
import { files, repo } from "./settings.ts";

const stack = "lab";

const announcement = `This demo
  1. brings up a virtual data centre on this machine (real OpenStack and Kubernetes, virtual metal):
     10 to 20 minutes the first time, about half a minute afterwards;
  2. runs \`pulumi up\`: two bare-metal machines become Ready nodes (about 1 minute);
  3. shows the nodes and the program's outputs;
  4. runs \`pulumi destroy\` (about 1 minute) and asks OpenStack, Swift and Kubernetes what is left;
  5. takes the data centre down.
It installs Debian packages, writes to its cache and state folders, and listens on loopback and its own bridge only.`;

const title = (text: string): void => console.log(`\n== ${text}`);

async function pulumi(...args: readonly string[]): Promise<void> {
  console.log(`$ pulumi ${args.join(" ")}`);
  const { exitCode } = await execa("pulumi", args, {
    cwd: repo,
    env: await engineEnv(),
    extendEnv: false,
    stdio: "inherit",
    reject: false,
  });
  if (exitCode !== 0) throw new Error(`pulumi ${args[0]} ended with exit code ${exitCode}`);
}

const condition = (node: V1Node): string =>
  node.status?.conditions?.find(({ type }) => type === "Ready")?.status === "True" ? "Ready" : "NotReady";

async function showNodes(): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(files.kubeconfig);
  const { items } = await config.makeApiClient(CoreV1Api).listNode();
  console.table(
    items.map((node) => ({
      name: node.metadata?.name,
      state: condition(node),
      address: node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address,
      server: node.spec?.providerID,
    })),
  );
  const ready = items.filter((node) => condition(node) === "Ready");
  if (ready.length !== 2) throw new Error(`expected two Ready nodes, found ${ready.length}`);
}

async function proveEmpty(): Promise<void> {
  const left = await leftovers();
  if (left.length > 0) throw new Error(`left behind after the destroy:\n  ${left.join("\n  ")}`);
  console.log("OpenStack: no server, no port. Swift: no container. Kubernetes: no Node.");
}

async function demo(): Promise<void> {
  const display = new Display();
  console.log(announcement);
  title("the virtual data centre");
  await exclusively(() => labUp(display));
  title("attach two bare-metal workers");
  await pulumi("stack", "select", "--create", stack);
  await pulumi("up", "--yes", "--skip-preview", "--stack", stack);
  title("the nodes");
  await showNodes();
  title("the outputs");
  await pulumi("stack", "output", "workers", "--json", "--stack", stack);
  title("detach them");
  await pulumi("destroy", "--yes", "--skip-preview", "--stack", stack);
  await proveEmpty();
  title("the virtual data centre goes");
  await exclusively(() => labDown(display));
}

// A step that missed its bound may still be at work: nothing waits for it.
process.exit(
  await demo().then(
    () => 0,
    (error: unknown) => {
      console.error(`\ndemo failed: ${error instanceof Error ? error.message : String(error)}`);
      console.error(
        "The lab is left as it is: look around with `npm run lab -- shell`, end it with `npm run lab -- down`.",
      );
      return 1;
    },
  ),
);
