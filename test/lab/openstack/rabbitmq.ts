import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { isRunning, start, stop, waitFor } from "../runtime/processes.ts";
import type { Step } from "../runtime/step.ts";
import { loopback, ports } from "../settings.ts";
import { accepts } from "./api.ts";
import { processOf } from "./environment.ts";
import { conf, data } from "./paths.ts";

const library = "/usr/lib/rabbitmq/lib";

/** Debian's command insists on the user and folders of the package; the program below it does not. */
async function serverProgram(): Promise<string> {
  const release = (await readdir(library)).find((name) => name.startsWith("rabbitmq_server-"));
  if (release === undefined) throw new Error(`no RabbitMQ below ${library}`);
  return path.join(library, release, "sbin/rabbitmq-server");
}

const erlang = { ERL_EPMD_PORT: String(ports.epmd), ERL_EPMD_ADDRESS: loopback };

const home = path.join(data, "rabbitmq");

const environment = {
  ...erlang,
  HOME: home,
  RABBITMQ_CONFIG_FILE: path.join(conf, "rabbitmq/rabbitmq.conf"),
  RABBITMQ_ENABLED_PLUGINS_FILE: path.join(conf, "rabbitmq/enabled_plugins"),
  RABBITMQ_CONF_ENV_FILE: "/dev/null",
  RABBITMQ_MNESIA_BASE: path.join(home, "mnesia"),
  RABBITMQ_LOG_BASE: path.join(home, "log"),
  RABBITMQ_PID_FILE: path.join(home, "pid"),
  RABBITMQ_NODENAME: "lab@localhost",
  RABBITMQ_DIST_PORT: String(ports.rabbitDist),
  // Two schedulers that do not spin while they wait: the cores are shared.
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
    "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
};

/** Erlang's port mapper is a process of its own; RabbitMQ would start one that outlives it. */
export const rabbitmqStep: Step = {
  name: "RabbitMQ",
  timeout: 120,
  check: async () => (await isRunning("epmd")) && (await isRunning("rabbitmq")) && (await accepts(ports.rabbit)),
  async up() {
    await mkdir(home, { recursive: true });
    await start(await processOf("epmd", ["epmd", "-address", loopback, "-port", String(ports.epmd)], erlang));
    await waitFor("epmd", () => accepts(ports.epmd), 20);
    await start(await processOf("rabbitmq", [await serverProgram()], environment));
    await waitFor("rabbitmq", () => accepts(ports.rabbit), 120);
  },
  async down() {
    await stop("rabbitmq");
    await stop("epmd");
  },
};
