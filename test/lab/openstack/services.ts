import path from "node:path";
import { isRunning, logTail, requestLog, type Spec, start, stop, waitFor } from "../runtime/processes.ts";
import type { Step } from "../runtime/step.ts";
import { loopback, machineNetwork, ports } from "../settings.ts";
import { accepts, answers } from "./api.ts";
import { httpRoot } from "./config/ironic.ts";
import { swiftConf } from "./config/swift.ts";
import { stopDatabase } from "./data/database.ts";
import { processOf } from "./environment.ts";
import { conf } from "./paths.ts";
import { venvDir } from "./python.ts";
import { rabbitmqStep } from "./rabbitmq.ts";

interface Service {
  readonly name: string;
  readonly spec: () => Promise<Spec>;
  /** absent where only the cloud's readiness shows that the service works */
  readonly ready?: () => Promise<boolean>;
}

const launcher = (name: string): string => path.join(import.meta.dirname, "launchers", name);
const file = (name: string): string => path.join(conf, name);

/** An API under uwsgi: one process that loads the application after the fork. */
function uwsgi(name: string, port: number, module: string, env: Record<string, string>, pyargv?: string): Service {
  const spec = async (): Promise<Spec> => {
    const flags = [
      "master",
      "enable-threads",
      "die-on-term",
      // A killed master's worker would keep the port.
      "no-orphans",
      "lazy-apps",
      "need-app",
      "http-chunked-input",
    ];
    const values = {
      "http-socket": `${loopback}:${port}`,
      virtualenv: await venvDir(),
      module,
      processes: "1",
      "buffer-size": "65535",
      "add-header": "Connection: close",
      listen: "100",
      // who asks for what: the service's own log is for its messages
      "req-logger": `file:${requestLog(name)}`,
      "log-format": "%(method) %(uri) %(uagent)",
      ...(pyargv ? { pyargv } : {}),
    };
    const options = Object.entries(values).flatMap(([key, value]) => [`--${key}`, value]);
    return await processOf(name, ["uwsgi", ...flags.map((flag) => `--${flag}`), ...options], env);
  };
  return { name, spec, ready: () => answers(port) };
}

function daemon(name: string, command: readonly [string, ...string[]], ready?: () => Promise<boolean>): Service {
  return { name, spec: () => processOf(name, command), ...(ready ? { ready } : {}) };
}

const config = (name: string): string[] => ["--config-file", file(name)];

const firstServices: readonly Service[] = [
  uwsgi("keystone", ports.keystone, "keystone.wsgi.api:application", { OS_KEYSTONE_CONFIG_DIR: file("keystone") }),
  uwsgi("placement", ports.placement, "placement.wsgi.api:application", { OS_PLACEMENT_CONFIG_DIR: file("placement") }),
  // api-paste.ini first: the order in which nova.wsgi reads them.
  uwsgi("nova-api", ports.nova, "nova.wsgi.osapi_compute:application", {
    OS_NOVA_CONFIG_DIR: file("nova"),
    OS_NOVA_CONFIG_FILES: "api-paste.ini;nova.conf",
  }),
  uwsgi(
    "neutron",
    ports.neutron,
    "neutron.wsgi.api:application",
    {},
    [...config("neutron/neutron.conf"), ...config("neutron/ml2_conf.ini")].join(" "),
  ),
  daemon("glance", ["glance-api", ...config("glance/glance-api.conf")], () => answers(ports.glance)),
  daemon("ironic", ["ironic", ...config("ironic/ironic.conf")], () => answers(ports.ironic)),
  daemon("swift", ["python", launcher("swift_servers.py"), swiftConf], () => answers(ports.swift, "/healthcheck")),
  daemon("bmc", ["python", launcher("bmc.py"), file("bmc.json")], () => answers(ports.bmc, "/redfish/v1/")),
  daemon(
    "virtual-media",
    ["python", "-m", "http.server", "--bind", loopback, "--directory", httpRoot, String(ports.ironicHttp)],
    () => answers(ports.ironicHttp),
  ),
  daemon(
    "haproxy",
    ["haproxy", "-db", "-f", file("haproxy.cfg")],
    async () =>
      (await accepts(ports.keystoneTls, machineNetwork.cloudVip)) &&
      (await accepts(ports.swiftTls, machineNetwork.cloudVip)),
  ),
];

/** These ask Keystone, Placement and Ironic as they start, and end when there is no answer. */
const novaServices: readonly Service[] = [
  daemon("nova-conductor", ["nova-conductor", ...config("nova/nova.conf")]),
  daemon("nova-scheduler", ["nova-scheduler", ...config("nova/nova.conf")]),
  daemon("nova-compute", ["nova-compute", ...config("nova/nova-cpu.conf")]),
];

/** Runs while a test wants a second zone: a host can be in one only. */
const secondCompute = daemon("nova-compute-b", ["nova-compute", ...config("nova/nova-cpu-b.conf")]);

const step = ({ name, spec, ready }: Service): Step => ({
  name,
  timeout: 180,
  check: async () => (await isRunning(name)) && (!ready || (await ready())),
  async up() {
    await start(await spec());
    if (ready) await waitFor(name, ready, 170);
  },
});

/** In no order. */
export const serviceSteps: readonly Step[] = firstServices.map(step);

/** In no order, after the other services and after the machines are enrolled. */
export const novaSteps: readonly Step[] = novaServices.map(step);

export const secondComputeStep: Step = step(secondCompute);

export const novaNames: readonly string[] = novaServices.map(({ name }) => name);

/** Throws with the end of the log when one of the processes has ended. */
export async function refuseEnded(names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!(await isRunning(name))) throw new Error(`${name} has ended:\n${await logTail(name)}`);
  }
}

/** Stops all of the cloud's processes; order does not matter, since its data goes with them. */
export async function stopCloud(): Promise<void> {
  await Promise.all([secondCompute, ...novaServices, ...firstServices].map(({ name }) => stop(name)));
  await rabbitmqStep.down?.();
  await stopDatabase();
}
